"""What must always be true of the archive of e-invoices; `tradewright verify` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from tradewright.orm import and_, case, exists, or_, select
from tradewright.registry import invariant
from tradewright_account.models.bill import Bill
from tradewright_account.models.invoice import Invoice
from tradewright_base.models.attachment import Attachment
from tradewright_base.models.partner import Partner

from .models.archive import ArchiveEntry
from .models.einvoice import EInvoice
from .models.received import ReceivedDocument
from .services.verify_archive import broken

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .extends.partner import RecipientPartner

SETTLED = timedelta(days=1)
"""How long jobs have to issue what was posted."""


@invariant("einvoice.archive")
def archive(env: Env) -> Iterator[str]:
    """An archived e-invoice has the XML that was checked, and one that was sent has no fault."""
    einvoice, file = env[EInvoice], env[Attachment]
    for number, edition in env.execute(
        select(einvoice.number, einvoice.edition)
        .join(file, file.id == einvoice.xml_id)
        .where(or_(file.sha256 != einvoice.sha256, file.owner_id != einvoice.id))
        .order_by(einvoice.id)
    ):
        yield f"{number}, version {edition}: the file is not the one that was checked"
    for number, edition in env.execute(
        select(einvoice.number, einvoice.edition)
        .where(
            einvoice.state != "failed",
            or_(einvoice.fatal > 0, and_(einvoice.xml_id.is_(None), einvoice.erased.is_(False))),
        )
        .order_by(einvoice.id)
    ):
        yield f"{number}, version {edition}: it breaks rules and did not fail"
    entry = env[ArchiveEntry]
    for number, edition in env.execute(
        select(einvoice.number, einvoice.edition)
        .join(entry, entry.einvoice_id == einvoice.id)
        .where(entry.kind == "issued", einvoice.erased.is_(True) != entry.file_id.is_(None))
        .order_by(einvoice.id)
    ):
        yield f"{number}, version {edition}: it is erased here, or in the chain, but not in both"


@invariant("einvoice.chain")
def chain(env: Env) -> Iterator[str]:
    """Every archived document stands at its place in its company's chain, unchanged, with its file."""
    yield from broken(env)


@invariant("einvoice.number")
def number_of_the_invoice(env: Env) -> Iterator[str]:
    """An e-invoice belongs to a posted invoice and has its number."""
    einvoice, invoice = env[EInvoice], env[Invoice]
    for archived, number, state in env.execute(
        select(einvoice.number, invoice.number, invoice.state)
        .join(invoice, invoice.id == einvoice.invoice_id)
        .where(or_(invoice.state != "posted", invoice.number.is_(None), invoice.number != einvoice.number))
        .order_by(einvoice.id)
    ):
        yield f"{archived}: the invoice is {number}, {state}"


@invariant("einvoice.issued", notice=True)
def issued(env: Env) -> Iterator[str]:
    """A posted invoice is issued within a day, and the newest issue did not fail."""
    einvoice, invoice = env[EInvoice], env[Invoice]
    partner = cast("type[RecipientPartner]", env[Partner])
    for (number,) in env.execute(
        select(invoice.number)
        .join(partner, partner.id == invoice.customer_id)
        .where(
            invoice.state == "posted",
            invoice.invoice_date < env.today - SETTLED,
            partner.einvoice_profile != "none",
            ~exists().where(einvoice.invoice_id == invoice.id),
        )
        .order_by(invoice.id)
    ):
        yield f"{number}: no e-invoice"
    for number, faults in env.execute(
        select(einvoice.number, einvoice.fatal)
        .where(einvoice.current.is_(True), einvoice.state == "failed")
        .order_by(einvoice.id)
    ):
        yield f"{number}: failed, faults: {faults}"


@invariant("einvoice.received")
def received(env: Env) -> Iterator[str]:
    """A received document has the bytes that arrived; it is decided as its bill is, and a duplicate names the first."""
    document, file, bill = env[ReceivedDocument], env[Attachment], env[Bill]
    for number in env.scalars(
        select(document.id).join(file, file.id == document.file_id).where(file.sha256 != document.sha256)
    ):
        yield f"received document {number}: its file is not what arrived"
    expected = case(
        (document.state == "ready", bill.state == "draft"),
        (document.state == "accepted", bill.state == "posted"),
        else_=bill.state.in_(("rejected", "cancelled", "draft")),
    )
    for number, state in env.execute(
        select(document.id, document.state).join(bill, bill.id == document.bill_id).where(~expected)
    ):
        yield f"received document {number} is {state}, its bill is not"
    for number, state in env.execute(
        select(document.id, document.state).where(
            or_(
                and_(document.state.in_(("ready", "accepted")), document.bill_id.is_(None)),
                and_(
                    document.state == "duplicate",
                    document.duplicate_of_id.is_(None),
                    document.same_bill_id.is_(None),
                ),
            )
        )
    ):
        yield f"received document {number} is {state} and names no other one"
