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

    from ..models.bill import Bill
    from ..models.bill_line import BillLine
    from ..models.invoice import Invoice
    from ..models.invoice_line import InvoiceLine

DECISIVE = ("quantity", "unit_price", "discount", "tax", "tax_id")


def complete(env: Env, invoices: Sequence[Invoice]) -> None:
    """Fill in what new lines leave open, and compute amounts and totals of drafts."""
    for invoice in invoices:
        if empty(invoice, "currency"):
            invoice.currency = env.company.currency
        place(invoice)
        _price(env, invoice)
        _sum(invoice)


def breakdown(invoice: Invoice | Bill) -> list[TaxAmount]:
    """Return the tax breakdown of an invoice or a bill, computed from its lines."""
    return tax_breakdown([(line.subtotal, line.tax) for line in invoice.lines], invoice.currency.digits)


def empty(record: Model, name: str) -> bool:
    """Tell whether a field has no value yet, though one is required once the record is written."""
    return getattr(record, name) is None


def fill(record: Model, **values: Any) -> None:
    """Set the fields that have no value yet."""
    for name, value in values.items():
        if empty(record, name):
            setattr(record, name, value)


def place(invoice: Invoice | Bill) -> None:
    """Number the lines that have no position yet, behind the others."""
    last = max((line.position or 0 for line in invoice.lines), default=0)
    for line in invoice.lines:
        if not line.position:
            last += 10
            line.position = last


def _price(env: Env, invoice: Invoice) -> None:
    """Give lines with nothing but a product the customer's price and tax, all at once."""
    lines = [line for line in invoice.lines if empty(line, "unit_price") or empty(line, "tax")]
    open_lines = [(line, line.product) for line in lines if line.product is not None]
    if open_lines:
        wants = [Want(product.id, line.quantity) for line, product in open_lines]
        quotes = price_lines(env, invoice.customer, wants, invoice.invoice_date or env.today)
        wanted = {quote.tax_id for quote in quotes}
        with env.elevate("the taxes of new lines are the customer's terms"):
            taxes = {tax.id: tax for tax in env.scalars(select(env[Tax]).where(env[Tax].id.in_(wanted)))}
        language = getattr(invoice.customer, "language", None) or env.language  # it may not be chosen yet
        for (line, product), quote in zip(open_lines, quotes, strict=True):
            priced = not empty(line, "unit_price")
            fill(line, description=product.name_in(language), uom=product.uom, tax=taxes.get(quote.tax_id or 0))
            if not priced:
                line.list_price, line.unit_price = quote.list_price, quote.unit_price
                line.discount = line.discount or quote.discount
    for line in lines:
        require(line)


def require(line: InvoiceLine | BillLine) -> None:
    """Refuse a line that has no price or no tax."""
    for name in ("unit_price", "tax"):
        if empty(line, name):
            raise errors.incomplete_line(line.description or "", type(line).__info__.fields[name].label)


def _sum(invoice: Invoice) -> None:
    digits = invoice.currency.digits
    for line in invoice.lines:
        amount = net_amount(line.quantity, line.unit_price, line.discount, digits)
        if line.subtotal != amount:
            line.subtotal = amount
    untaxed = sum((line.subtotal for line in invoice.lines), Decimal(0))
    tax_total = sum((row.amount for row in breakdown(invoice)), Decimal(0))
    set_totals(invoice, untaxed, tax_total)


def set_totals(document: Invoice | Bill, untaxed: Decimal, tax_total: Decimal) -> None:
    """Note totals, where they are not what the document says already."""
    for name, value in (("untaxed", untaxed), ("tax_total", tax_total), ("total", untaxed + tax_total)):
        if getattr(document, name) != value:
            setattr(document, name, value)
