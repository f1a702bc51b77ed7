"""The demonstration's archive: what was invoiced before today has reached its customer, by one of the channels."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, cast

from tradewright.orm import select
from tradewright_account.models.invoice import Invoice

from .demo_received import write_received
from .services.archive import drafts, store
from .services.issue import issue
from .services.progress import Step, advance
from .services.wants import mailbox_of, recipient_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tradewright.orm import Env

    from .extends.partner_outbound import ReachedPartner
    from .models.einvoice import EInvoice

CHANNELS: Final = ("email", "access_point", "portal", "folder")
"""Those of the first customers; all others get mails."""
ACCEPTED: Final = ("t111:AP", "accepted", "Accepted by the customer", "")
REJECTED: Final = ("t111:RE", "rejected", "Rejected by the customer", "QTY Two boxes were missing")


def write(env: Env, today: date) -> None:
    """Archive the XML of all posted invoices; a PDF is made when somebody wants to see it, nothing is sent.

    Two documents of suppliers arrive.
    """
    env.take_numbers()
    posted = env.all(select(env[Invoice].id).where(env[Invoice].state == "posted"))
    made = store(env, [issue(one, with_pdf=False) for one in drafts(env, posted)])
    sound = [one for one in made if one.state == "checked" and one.invoice.invoice_date is not None]
    _choose_channels(sound)
    advance(env, [step for one in sound for step in _steps(one)])
    write_received(env, today)
    env.flush()


def _choose_channels(einvoices: Sequence[EInvoice]) -> None:
    customers = {recipient_of(one.invoice.customer).id: recipient_of(one.invoice.customer) for one in einvoices}
    for customer, channel in zip(customers.values(), CHANNELS, strict=False):
        customer.einvoice_channel = channel
        if channel == "folder":
            cast("ReachedPartner", customer).einvoice_folder = f"customers/{customer.id}"


def _steps(einvoice: EInvoice) -> Iterator[Step]:
    """What happened to a document: it went out; through the network it was answered; what is paid is paid."""
    customer, day = recipient_of(einvoice.invoice.customer), einvoice.invoice.invoice_date
    if day is None:
        return
    at = datetime.combine(day, time(16, 5), tzinfo=UTC)
    einvoice.channel, einvoice.sent_at, einvoice.sendings = customer.einvoice_channel, at, 1
    einvoice.recipient = mailbox_of(customer) if einvoice.channel == "email" else None
    number = einvoice.id
    yield Step(einvoice_id=number, key="sent:1", source="own", code=customer.einvoice_channel, at=at, state="sent")
    if customer.einvoice_channel == "access_point":
        paid = einvoice.invoice.payment_state == "paid"
        code, state, meaning, reason = ACCEPTED if paid else REJECTED
        later = at + timedelta(hours=1)
        said = {"einvoice_id": number, "code": code, "state": state, "meaning": meaning, "reason": reason}
        yield Step(**said, key="answer", source="customer", at=later)  # type: ignore[arg-type]
    if einvoice.invoice.payment_state == "paid":
        later = at + timedelta(days=9)
        yield Step(einvoice_id=number, key="ledger:paid", source="ledger", code="paid", at=later, state="paid")
