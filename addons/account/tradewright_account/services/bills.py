"""Completing drafts of supplier bills: amounts, tax rows, totals; and telling bills apart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.numbers import round_half_up
from tradewright.orm import select

from .. import errors
from . import totals

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.bill import Bill
    from ..models.bill_line import BillLine
    from ..models.bill_tax import BillTax

DECISIVE = (*totals.DECISIVE, "price_quantity", "adjustment", "account")
MOST_STATED = Decimal(1)
"""A supplier's rounding of a tax differs from ours by less than one unit of the currency, as EN 16931 has it."""


def complete(env: Env, drafts: Sequence[Bill], tax_model: type[BillTax]) -> None:
    """Fill in what new lines leave open, and compute amounts, tax rows (of `tax_model`) and totals of drafts."""
    for bill in drafts:
        if totals.empty(bill, "currency"):
            bill.currency = env.company.currency
        totals.place(bill)
        for line in bill.lines:
            _fill(line)
            amount = line_net(line, bill.currency.digits)
            if line.subtotal != amount:
                line.subtotal = amount
        _tax(env, bill, tax_model)
        untaxed = sum((line.subtotal for line in bill.lines), Decimal(0))
        totals.set_totals(bill, untaxed, sum((row.amount for row in bill.taxes), Decimal(0)))


def line_net(line: BillLine, digits: int) -> Decimal:
    """Return the net amount of a line: price for its quantity less discount, rounded half up, with its adjustment."""
    gross = line.quantity * line.unit_price / line.price_quantity
    return round_half_up(gross * (100 - line.discount) / 100, digits) + line.adjustment


def identify(env: Env, records: Sequence[Bill]) -> None:
    """Note what makes a bill one of a kind; refuse what is there already, and name it."""
    named: dict[str, Bill] = {}
    for bill in records:
        identity = identity_of(bill)
        if bill.identity != identity:
            bill.identity = identity
            if identity is not None:
                named[identity] = bill
    if named:
        model = env[type(records[0])]
        for found in env.scalars(select(model).where(model.identity.in_(named))):
            if found is not named[found.identity or ""]:
                raise errors.billed_already(found.supplier_number or "", found.display_name())


def identity_of(bill: Bill) -> str | None:
    """Return company, supplier, number and date as one text; None where one is missing, or the bill does not count."""
    if bill.state not in {"draft", "posted"} or not bill.supplier_number or bill.bill_date is None:
        return None
    supplier_id = bill.supplier_id or bill.supplier.id
    written = "".join(bill.supplier_number.split()).casefold()
    return f"{bill.company_id} {supplier_id} {bill.kind} {bill.bill_date.isoformat()} {written}"[:255]


def _fill(line: BillLine) -> None:
    """Give a line with nothing but a product what the product says."""
    product = line.product
    if product is not None:
        totals.fill(line, description=product.name, uom=product.uom, unit_price=product.cost, tax=product.tax)
    totals.require(line)


def _tax(env: Env, bill: Bill, tax_model: type[BillTax]) -> None:
    """Bring the tax rows of a draft in step with its lines; what the supplier states of a tax stays stated."""
    rows = {row.tax.id: row for row in bill.taxes}
    for computed in totals.breakdown(bill):
        row = rows.pop(computed.tax.id, None)
        if row is None:
            row = env[tax_model](tax=computed.tax)
            bill.taxes.append(row)
        amount = computed.amount if row.stated is None else row.stated
        if abs(amount - computed.amount) >= MOST_STATED:
            code = bill.currency.code
            raise errors.tax_too_far(env.format.money(amount, code), env.format.money(computed.amount, code))
        for name, value in (("base", computed.base), ("amount", amount)):
            if getattr(row, name) != value:
                setattr(row, name, value)
    for gone in rows.values():
        if totals.empty(gone, "id"):  # somebody just added it: it counts nothing, and goes with the next change
            gone.base = gone.amount = Decimal(0)
            gone.stated = None
        else:
            bill.taxes.remove(gone)
