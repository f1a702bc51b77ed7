"""Allocation: what settles which invoice, and by how much."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ..models.allocation import Allocation

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.invoice import Invoice
    from ..models.payment import Payment


def settle_invoice(
    env: Env, invoice: Invoice, amount: Decimal, *, payment: Payment | None = None, credit_note: Invoice | None = None
) -> None:
    """Settle an amount of an invoice from a payment or a credit note; both must be locked."""
    if amount <= 0:
        return
    env.add(env[Allocation](invoice=invoice, payment=payment, credit_note=credit_note, amount=amount))
    _reduce(invoice, amount)
    if credit_note is not None:
        _reduce(credit_note, amount)
    if payment is not None:
        payment.unallocated -= amount


def _reduce(invoice: Invoice, amount: Decimal) -> None:
    invoice.residual -= amount
    invoice.payment_state = "paid" if invoice.residual == 0 else "partial"
