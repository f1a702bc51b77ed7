"""Credit notes: drafting them from invoices, and settling the invoices they correct."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import func, select

from .. import errors
from .allocating import settle_invoice

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.bill import Bill
    from ..models.invoice import Invoice

CARRIED = ("customer", "contact", "invoice_address", "delivery_address", "currency", "currency_rate", "reference")


def credit(env: Env, invoices: Sequence[Invoice]) -> list[Invoice]:
    """Return new draft credit notes that take back the given invoices whole; a draft may be cut down before posting."""
    credited = _credited(env, type(invoices[0]), {invoice.id for invoice in invoices}) if invoices else {}
    notes = []
    for invoice in invoices:
        if invoice.kind != "invoice":
            raise errors.credit_of_credit(invoice.display_name())
        if credited.get(invoice.id) == invoice.total:
            raise errors.credited_already(invoice.display_name())
        note = type(invoice)(
            kind="credit_note",
            credited_invoice=invoice,
            buyer_reference=invoice.buyer_reference,
            order_number=invoice.order_number,
            delivery_date=invoice.delivery_date,
            company_id=invoice.company_id,
            **{name: getattr(invoice, name) for name in CARRIED},
        )
        note.lines = [line.copied(env) for line in invoice.lines]
        notes.append(env.add(note))
    env.flush()
    return notes


def check(env: Env, notes: Sequence[Invoice] | Sequence[Bill], field: str = "credited_invoice") -> None:
    """Lock the documents that notes correct by a field, and refuse notes that would give back more than they total."""
    wanted = {getattr(note, f"{field}_id") for note in notes} - {None}
    if not wanted:
        return
    left = {document.id: document.total for document in env.lock(type(notes[0]), wanted)}
    for document_id, amount in _credited(env, type(notes[0]), wanted, field).items():
        left[document_id] -= amount
    for note in notes:
        document = getattr(note, field)
        if document is not None:
            if note.total > left[document.id]:
                rest = left[document.id]
                words = env.format.money(rest, document.currency.code) if rest > 0 else ""
                raise errors.credited_already(document.display_name(), words)
            left[document.id] -= note.total


def _credited(
    env: Env, model: type[Invoice | Bill], wanted: Iterable[int], field: str = "credited_invoice"
) -> dict[int, Decimal]:
    """Return how much posted credit notes gave back of each document; one statement."""
    note = env[model]
    column = getattr(note, f"{field}_id")
    rows = env.execute(
        select(column, func.sum(note.total)).where(column.in_(set(wanted)), note.state == "posted").group_by(column)
    )
    return {document_id: amount for document_id, amount in rows if document_id is not None}


def settle(env: Env, notes: Sequence[Invoice]) -> None:
    """Let posted credit notes pay the invoices they correct, as far as those are open."""
    for note in notes:
        invoice = note.credited_invoice
        if invoice is not None and invoice.state == "posted":
            settle_invoice(env, invoice, min(note.residual, invoice.residual), credit_note=note)
