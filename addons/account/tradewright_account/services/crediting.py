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


def check(env: Env, notes: Sequence[Invoice]) -> None:
    """Lock the invoices that notes correct, and refuse notes that would give back more than was invoiced."""
    wanted = {note.credited_invoice_id for note in notes if note.credited_invoice_id is not None}
    if not wanted:
        return
    left = {invoice.id: invoice.total for invoice in env.lock(type(notes[0]), wanted)}
    for invoice_id, amount in _credited(env, type(notes[0]), wanted).items():
        left[invoice_id] -= amount
    for note in notes:
        invoice = note.credited_invoice
        if invoice is not None:
            if note.total > left[invoice.id]:
                rest = left[invoice.id]
                words = env.format.money(rest, invoice.currency.code) if rest > 0 else ""
                raise errors.credited_already(invoice.display_name(), words)
            left[invoice.id] -= note.total


def _credited(env: Env, model: type[Invoice], invoice_ids: Iterable[int]) -> dict[int, Decimal]:
    """Return how much posted credit notes gave back of each invoice; one statement."""
    note = env[model]
    rows = env.execute(
        select(note.credited_invoice_id, func.sum(note.total))
        .where(note.credited_invoice_id.in_(set(invoice_ids)), note.state == "posted")
        .group_by(note.credited_invoice_id)
    )
    return {invoice_id: amount for invoice_id, amount in rows if invoice_id is not None}


def settle(env: Env, notes: Sequence[Invoice]) -> None:
    """Let posted credit notes pay the invoices they correct, as far as those are open."""
    for note in notes:
        invoice = note.credited_invoice
        if invoice is not None and invoice.state == "posted":
            settle_invoice(env, invoice, min(note.residual, invoice.residual), credit_note=note)
