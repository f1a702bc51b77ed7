"""What other sides say of our documents: receipts of the network, responses of customers, statuses of platforms.

However a message comes (a call, a poll, an upload), it is matched, kept in the archive and moves its document, once.
What can't be matched is kept, too, and waits in the archive's list.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.orm import select

from ..models.archive import ArchiveEntry
from ..models.einvoice import EInvoice
from ..models.sending import EInvoiceSending
from . import endpoints
from .chain import Paper, archive_all
from .notify import notify
from .progress import Step, advance
from .statuses import statuses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from ..engine.postaward import InvoiceResponse
    from .channels.client import Message

RECEIPT_STATES = {"sent": "sent", "delivered": "delivered", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class News:
    """A message, and the document it is about; `step` is None where it could not be matched."""

    step: Step | None
    paper: Paper


def take_messages(env: Env, point_id: int, company_id: int, messages: Sequence[Message]) -> int:
    """Take messages of an access point; return how many were new. Needs the rights of the system.

    Documents of suppliers among them are received like those of any other way in.
    """
    from .inbound.arriving import Arrival, looks_right, take

    for one in messages:
        if one.type == "document" and looks_right(one.content):
            name, key = f"{one.number or one.id}.xml", f"{point_id}:{one.id}"
            take(env, Arrival(name=name, content=one.content, source="network", key=key, company_id=company_id))
    news = _news(env, point_id, company_id, [one for one in messages if one.type != "document"])
    return _settle(env, company_id, news)


def take_response(env: Env, document: bytes, *, company_id: int | None = None) -> EInvoice | None:
    """Take an invoice response (Peppol T111) that came as a file; return the e-invoice that it is about, if any.

    Raises Invalid where the file is none.
    """
    company = company_id or env.company_id or 0
    news = _response(env, company, document)
    if news is None:
        raise Invalid("einvoice.no-response", _("This file is no invoice response: choose the XML of one."))
    _settle(env, company, [news])
    return env.get(EInvoice, news.step.einvoice_id) if news.step is not None else None


def _settle(env: Env, company_id: int, news: Sequence[News]) -> int:
    """Move the documents, keep what is new, tell who has to know."""
    moved = advance(env, [one.step for one in news if one.step is not None])
    fresh = {(one.step.einvoice_id, one.step.key) for one in moved}
    unmatched = _unknown(env, company_id, [one.paper for one in news if one.step is None])
    kept = [one.paper for one in news if one.step is not None and (one.step.einvoice_id, one.step.key) in fresh]
    archive_all(env, [*kept, *unmatched], company_id=company_id)
    notify(env, moved)
    return len(moved) + len(unmatched)


def _unknown(env: Env, company_id: int, papers: Sequence[Paper]) -> list[Paper]:
    """Leave out what the archive has already: an unmatched message comes again and again, too."""
    digests = {hashlib.sha256(one.content).hexdigest(): one for one in papers if isinstance(one.content, bytes)}
    entry = env[ArchiveEntry]
    known = set(
        env.scalars(select(entry.sha256).where(entry.company_id == company_id, entry.sha256.in_(digests)))
        if digests
        else ()
    )
    return [paper for sha256, paper in digests.items() if sha256 not in known]


def _news(env: Env, point_id: int, company_id: int, messages: Sequence[Message]) -> list[News]:
    sending = env[EInvoiceSending]
    keys = {one.key for one in messages if one.key}
    by_key = {
        row.key: row.einvoice
        for row in env.scalars(select(sending).where(sending.key.in_(keys), sending.company_id == company_id))
    }
    by_number = _by_number(env, company_id, {one.number for one in messages if one.number})
    found: list[News] = []
    for one in messages:
        if one.type == "response":
            news = _response(env, company_id, one.content)
        else:
            news = _status(env, point_id, one, by_key.get(one.key) or by_number.get(one.number))
        if news is not None:
            found.append(news)
    return found


def _by_number(env: Env, company_id: int, numbers: set[str]) -> dict[str, EInvoice]:
    model = env[EInvoice]
    wanted = select(model).where(model.company_id == company_id, model.number.in_(numbers), model.current.is_(True))
    return {one.number: one for one in env.scalars(wanted)} if numbers else {}


def _status(env: Env, point_id: int, message: Message, einvoice: EInvoice | None) -> News | None:
    """A receipt of the network, or a status by a code of `statuses.toml`."""
    if message.type == "receipt":
        state, meaning, source = RECEIPT_STATES.get(message.status), "", "network"
    else:
        known = statuses().get(message.code)
        state, meaning = (known.state, known.meaning) if known is not None else (None, "")
        source = "customer" if state in {"accepted", "rejected"} or message.code.startswith("t111:") else "network"
    step = None
    if einvoice is not None:
        step = Step(
            einvoice_id=einvoice.id,
            key=f"point:{point_id}:{message.id}"[:120],
            source=source,
            code=message.code or message.status or message.type,
            at=_moment(message.at, env.now),
            state=state,
            meaning=meaning,
            reason=message.reason,
        )
    return News(step, _paper(env, message, einvoice))


def _paper(env: Env, message: Message, einvoice: EInvoice | None) -> Paper:
    number = einvoice.number if einvoice is not None else message.number
    said = (
        message.content
        or (
            f"id: {message.id}\nkey: {message.key}\ntype: {message.type}\nstatus: {message.status}\n"
            f"code: {message.code}\nnumber: {message.number}\nat: {message.at}\nreason: {message.reason}\n"
        ).encode()
    )
    return Paper(
        kind="receipt" if message.type == "receipt" else "response",
        content=said,
        name=f"{number or 'unknown'}.{message.type}.{'xml' if message.content else 'txt'}",
        media_type="application/xml" if message.content else "text/plain",
        day=env.today,
        number=number,
        party=einvoice.invoice.customer.account.name if einvoice is not None else "",
        einvoice=einvoice,
    )


def _response(env: Env, company_id: int, document: bytes) -> News | None:
    """An invoice response; None where the document is none."""
    said = _read(document)
    if said is None:
        return None
    einvoice = _by_number(env, company_id, {said.invoice_number}).get(said.invoice_number)
    if einvoice is not None and said.invoice_date not in {None, einvoice.invoice.invoice_date}:
        einvoice = None
    status = statuses().get(f"t111:{said.status}")
    step = None
    if einvoice is not None:
        own = _is_customer(said, einvoice)
        step = Step(
            einvoice_id=einvoice.id,
            key=f"response:{hashlib.sha256(document).hexdigest()}",
            source="customer",
            code=f"t111:{said.status}",
            at=_written(said),
            state=status.state if status is not None and own else None,
            meaning=(status.meaning if status is not None else "") if own else "Not from the customer's address",
            reason=_reasons(said) if own else "",
        )
    paper = Paper(
        kind="response",
        content=document,
        name=f"{said.invoice_number}.response.xml",
        day=said.issue_date,
        number=said.invoice_number,
        party=said.sender.name or "",
        einvoice=einvoice,
    )
    return News(step, paper)


def _read(document: bytes) -> InvoiceResponse | None:
    from ..engine import EngineError
    from ..engine.postaward import InvoiceResponse, read_message

    try:
        message = read_message(document)
    except EngineError:
        return None
    return message if isinstance(message, InvoiceResponse) else None


def _is_customer(said: InvoiceResponse, einvoice: EInvoice) -> bool:
    """Tell whether a response comes from whom the invoice went to, by the addresses in the network."""
    given, wanted = said.sender.endpoint, endpoints.of_partner(einvoice.invoice.customer)
    if given is None or wanted is None or wanted.scheme == endpoints.MAIL:
        return True
    return (given.scheme, given.value.casefold()) == (wanted.scheme, wanted.value.casefold())


def _written(said: InvoiceResponse) -> datetime:
    """When a response was written; without a time at the end of its day, so that it is not taken for an older one."""
    moment = said.issue_time or time(23, 59, 59)
    return datetime.combine(said.issue_date, moment, tzinfo=moment.tzinfo or UTC)


def _reasons(said: InvoiceResponse) -> str:
    lines = [said.note or ""]
    for one in (*said.reasons, *said.actions):
        details = ", ".join(f"{detail.attribute}: {detail.value or ''}".strip(" :") for detail in one.details)
        words = " ".join(part for part in (one.code, one.text) if part)
        lines.append(f"{words} ({details})" if details else words)
    return "\n".join(line for line in lines if line)[:4_000]


def _moment(text: str, otherwise: datetime) -> datetime:
    """A moment as a message says it; one in the future or none is that of its arrival."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return min(found.astimezone(UTC), otherwise)
