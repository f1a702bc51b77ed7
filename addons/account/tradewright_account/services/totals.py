"""Completing drafts: prices and taxes of the customer, amounts and totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.orm import select
from tradewright_product.models.tax import Tax
from tradewright_product.services.amounts import net_amount
from tradewright_product.services.pricing import Want, price_lines
from tradewright_product.services.tax import tax_breakdown

from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env, Model
    from tradewright_product.services.tax import TaxAmount

    from ..models.invoice import Invoice
    from ..models.invoice_line import InvoiceLine

DECISIVE = ("quantity", "unit_price", "discount", "tax", "tax_id")


def complete(env: Env, invoices: Sequence[Invoice]) -> None:
    """Fill in what new lines leave open, and compute amounts and totals of drafts."""
    for invoice in invoices:
        if _empty(invoice, "currency"):
            invoice.currency = env.company.currency
        _place(invoice)
        _price(env, invoice)
        _sum(invoice)


def breakdown(invoice: Invoice) -> list[TaxAmount]:
    """Return the tax breakdown of an invoice, computed from its lines."""
    return tax_breakdown([(line.subtotal, line.tax) for line in invoice.lines], invoice.currency.digits)


def _empty(record: Model, name: str) -> bool:
    """Tell whether a field has no value yet, though one is required once the record is written."""
    return getattr(record, name) is None


def _fill(record: Model, **values: Any) -> None:
    for name, value in values.items():
        if _empty(record, name):
            setattr(record, name, value)


def _place(invoice: Invoice) -> None:
    last = max((line.position or 0 for line in invoice.lines), default=0)
    for line in invoice.lines:
        if not line.position:
            last += 10
            line.position = last


def _price(env: Env, invoice: Invoice) -> None:
    """Give lines with nothing but a product the customer's price and tax, all at once."""
    lines = [line for line in invoice.lines if _empty(line, "unit_price") or _empty(line, "tax")]
    open_lines = [(line, line.product) for line in lines if line.product is not None]
    if open_lines:
        wants = [Want(product.id, line.quantity) for line, product in open_lines]
        quotes = price_lines(env, invoice.customer, wants, invoice.invoice_date or env.today)
        wanted = {quote.tax_id for quote in quotes}
        with env.elevate("the taxes of new lines are the customer's terms"):
            taxes = {tax.id: tax for tax in env.scalars(select(env[Tax]).where(env[Tax].id.in_(wanted)))}
        for (line, product), quote in zip(open_lines, quotes, strict=True):
            priced = not _empty(line, "unit_price")
            _fill(line, description=product.name, uom=product.uom, tax=taxes.get(quote.tax_id or 0))
            if not priced:
                line.list_price, line.unit_price = quote.list_price, quote.unit_price
                line.discount = line.discount or quote.discount
    for line in lines:
        _require(line)


def _require(line: InvoiceLine) -> None:
    for name in ("unit_price", "tax"):
        if _empty(line, name):
            raise errors.incomplete_line(line.description or "", type(line).__info__.fields[name].label)


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
