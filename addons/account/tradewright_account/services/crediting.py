"""Credit notes: drafting them from invoices, and settling the invoices they correct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .allocating import settle_invoice

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.invoice import Invoice

CARRIED = ("customer", "contact", "invoice_address", "delivery_address", "currency", "currency_rate", "reference")


def credit(env: Env, invoices: Sequence[Invoice]) -> list[Invoice]:
    """Return new draft credit notes that take back the given invoices whole; a draft may be cut down before posting."""
    notes = []
    for invoice in invoices:
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


def settle(env: Env, notes: Sequence[Invoice]) -> None:
    """Let posted credit notes pay the invoices they correct, as far as those are open."""
    for note in notes:
        invoice = note.credited_invoice
        if invoice is not None and invoice.state == "posted":
            settle_invoice(env, invoice, min(note.residual, invoice.residual), credit_note=note)
