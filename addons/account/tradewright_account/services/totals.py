"""Completing drafts: dates and terms of the customer, amounts, taxes and totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright_product.services.amounts import net_amount
from tradewright_product.services.tax import tax_breakdown

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.services.tax import TaxAmount

    from ..models.invoice import Invoice

DECISIVE = ("quantity", "unit_price", "discount", "tax", "tax_id")


def complete(env: Env, invoices: Sequence[Invoice]) -> None:
    """Fill in what new lines leave open, and compute amounts and totals of drafts."""
    for invoice in invoices:
        if invoice.currency is None:
            invoice.currency = env.company.currency
        _lines(invoice)
        _sum(invoice)


def _lines(invoice: Invoice) -> None:
    last = max((line.position or 0 for line in invoice.lines), default=0)
    for line in invoice.lines:
        product = line.product
        if not line.position:
            last += 10
            line.position = last
        if product is not None:
            line.description = line.description or product.name
            line.uom = line.uom or product.uom
            line.tax = line.tax or product.tax
            if line.unit_price is None:
                line.unit_price = product.list_price


def breakdown(invoice: Invoice) -> list[TaxAmount]:
    """Return the tax breakdown of an invoice, computed from its lines."""
    return tax_breakdown([(line.subtotal, line.tax) for line in invoice.lines], invoice.currency.digits)


def _sum(invoice: Invoice) -> None:
    digits = invoice.currency.digits
    for line in invoice.lines:
        amount = net_amount(line.quantity, line.unit_price, line.discount, digits)
        if line.subtotal != amount:
            line.subtotal = amount
    untaxed = sum((line.subtotal for line in invoice.lines), Decimal(0))
    tax_total = sum((row.amount for row in breakdown(invoice)), Decimal(0))
    for name, value in (("untaxed", untaxed), ("tax_total", tax_total), ("total", untaxed + tax_total)):
        if getattr(invoice, name) != value:
            setattr(invoice, name, value)
