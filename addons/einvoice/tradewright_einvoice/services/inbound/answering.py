"""Answers to suppliers: a Peppol invoice response (T111) by a folder, through the network or by mail, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final, cast

from tradewright.base import UserError
from tradewright.i18n import Text, _
from tradewright.jobs import send_mail
from tradewright.orm import select
from tradewright_base.services.identifiers import is_valid_email, normalise_email

from ...models.received import REASONS, ReceivedAnswer, ReceivedDocument
from .. import endpoints
from ..chain import Paper, archive_all
from ..channels.access_point import point_of
from ..media import XML_TYPE
from ..wants import mailbox_of
from .drafting import invoice_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from ...engine import Identifier, Invoice

SUBJECTS: Final = {
    "AP": _("Your invoice {number} is accepted", number=""),
    "RE": _("Your invoice {number} is rejected", number=""),
    "PD": _("Your invoice {number} is paid", number=""),
}


@dataclass(frozen=True, slots=True)
class _Way:
    kind: str
    recipient: str | None


def answer(
    env: Env, records: Sequence[ReceivedDocument], status: str, *, code: str = "OTH", reason: str | None = None
) -> None:
    """Tell the senders of documents what became of them; each document and status once."""
    if not records:
        return
    model = env[ReceivedAnswer]
    told = set(
        env.scalars(
            select(model.received_id).where(model.received_id.in_([one.id for one in records]), model.status == status)
        )
    )
    for received in records:
        if received.id not in told:
            _answer(env, received, status, code, reason)


def _answer(env: Env, received: ReceivedDocument, status: str, code: str, reason: str | None) -> None:
    from ...jobs import carry_answer

    try:
        invoice: Invoice | None = invoice_of(env, received)
    except UserError:
        invoice = None
    way = _way(env, received, invoice)
    made = env.add(
        env[ReceivedAnswer](
            received=received,
            status=status,
            reason=reason,
            way=way.kind if invoice is not None or way.kind == "mail" else "none",
            recipient=way.recipient,
            sent=way.kind == "mail",
        )
    )
    env.flush()
    document = _document(env, received, invoice, made, code) if invoice is not None else b""
    if document and invoice is not None:
        paper = Paper(
            kind="response",
            content=document,
            name=f"{invoice.number}-{status}.xml",
            day=env.today,
            media_type=XML_TYPE,
            number=invoice.number,
            party=invoice.seller.name,
            owner=received,
        )
        (entry,) = archive_all(env, [paper], company_id=received.company_id)
        made.file = entry.file
    if made.way == "mail":
        _mail(env, received, made, document)
    elif made.way in {"folder", "network"}:
        env.defer(carry_answer, answer=made.id)


def _way(env: Env, received: ReceivedDocument, invoice: Invoice | None) -> _Way:
    """Answers go back the way the document came, where there is one; else by mail to the supplier."""
    if received.inbox is not None and received.inbox.answers:
        return _Way("folder", received.inbox.answers)
    address = _endpoint(received, invoice)
    if (
        received.source in {"network", "http"}
        and point_of(env, received.company_id) is not None
        and address is not None
    ):
        return _Way("network", f"{address.scheme}:{address.value}")
    found = mailbox_of(received.supplier) if received.supplier is not None else None
    if not found and invoice is not None and invoice.seller.contact is not None:
        found = normalise_email(invoice.seller.contact.email or "")
    return _Way("mail", found) if found and is_valid_email(found) else _Way("none", None)


def _endpoint(received: ReceivedDocument, invoice: Invoice | None) -> Identifier | None:
    given = invoice.seller.endpoint if invoice is not None else None
    if given is None and received.supplier is not None:
        given = endpoints.of_partner(received.supplier)
    return given if given is not None and given.scheme != endpoints.MAIL else None


def _document(env: Env, received: ReceivedDocument, invoice: Invoice, made: ReceivedAnswer, code: str) -> bytes:
    from ...engine import EngineError, Identifier
    from ...engine.postaward import Clarification, InvoiceResponse, TradeParty, write_message

    company = received.company
    sender, receiver = endpoints.of_company(company), invoice.seller.endpoint
    if receiver is None and received.supplier is not None:
        receiver = endpoints.of_partner(received.supplier)
    words = dict(REASONS)
    rejected = made.status == "RE"
    try:
        return write_message(
            InvoiceResponse(
                number=f"{received.id}-{made.id}",
                issue_date=env.today,
                issue_time=env.now.astimezone(UTC).timetz().replace(microsecond=0),
                note=made.reason or None,
                sender=TradeParty(
                    name=company.legal_name or company.name, endpoint=sender or Identifier(company.name, "EM")
                ),
                receiver=TradeParty(name=invoice.seller.name, endpoint=receiver or Identifier("unknown", "EM")),
                status=made.status,
                effective_date=env.today,
                reasons=(Clarification(code=code, text=f"{words[code]}: {made.reason}"),) if rejected else (),
                invoice_number=invoice.number,
                invoice_date=invoice.issue_date,
                invoice_type=invoice.type_code,
            )
        )
    except EngineError:
        return b""  # signs that XML can't hold; the mail tells it all the same


def _mail(env: Env, received: ReceivedDocument, made: ReceivedAnswer, document: bytes) -> None:
    number = received.number or received.name
    send_mail(
        env,
        to=cast("str", made.recipient),
        subject=Text(SUBJECTS[made.status].msgid, {"number": number}),
        key=f"einvoice-answer:{made.id}",
        template="mail/einvoice_answer.html",
        data={
            "status": made.status,
            "number": number,
            "sender": received.sender or "",
            "company": received.company.name,
            "reason": made.reason,
        },
        attachments=[(f"{received.id}-{made.status}.xml", XML_TYPE, document)] if document else [],
        reply_to=received.company.email,
        language=(received.supplier.language if received.supplier is not None else None) or received.company.language,
    )
