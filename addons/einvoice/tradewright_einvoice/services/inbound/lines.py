"""The lines of a bill as a document has them: quantity, price for a quantity, discount, what is added or taken off."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tradewright.base.numbers import round_half_up
from tradewright.orm import select
from tradewright_account.models.bill import Bill
from tradewright_account.models.bill_line import BillLine
from tradewright_account.services.bills import line_net
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure

from .differing import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

    from ...engine import Invoice, Line

PLACES: Final = 6
ONE: Final = Decimal(1)
ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
LONGEST: Final = 500
SAME_AS: Final = {"L": "S", "M": "S", "B": "S"}
"""Categories that our taxes don't know, and what they are booked as."""


@dataclass(slots=True)
class Known:
    """What is known here of a document's taxes, units and articles; read once for all its lines."""

    taxes: dict[tuple[str, Decimal], Tax]
    units: dict[str, UnitOfMeasure]
    by_sku: dict[str, Product]
    by_barcode: dict[str, Product]
    by_code: dict[str, Product]
    added: list[Tax] = field(default_factory=list)


@dataclass(slots=True)
class Drafted:
    """The lines of a draft, and what is odd about them."""

    lines: list[BillLine] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def know(env: Env, invoice: Invoice, supplier: Partner) -> Known:
    """Read taxes, units and articles that the document names; four statements, however many lines."""
    taxes: dict[tuple[str, Decimal], Tax] = {}
    for tax in env.scalars(select(env[Tax]).order_by(env[Tax].active, env[Tax].id.desc())):
        taxes[tax.category, tax.rate] = tax  # an active one of the smallest id wins
    items = [line.item for line in invoice.lines]
    codes = {line.unit for line in invoice.lines}
    unit, product, line, bill = env[UnitOfMeasure], env[Product], env[BillLine], env[Bill]
    units = {one.code: one for one in env.scalars(select(unit).where(unit.code.in_(codes)).order_by(unit.id.desc()))}
    skus = {item.buyer_id for item in items if item.buyer_id}
    barcodes = {item.standard_id.value for item in items if item.standard_id is not None}
    found = env.all(select(product).where(product.sku.in_(skus) | product.barcode.in_(barcodes)))
    theirs = {item.seller_id[:100] for item in items if item.seller_id}
    before = env.all(
        select(line)
        .join(bill, bill.id == line.bill_id)
        .where(bill.supplier_id == supplier.id, line.supplier_code.in_(theirs), line.product_id.is_not(None))
        .order_by(line.id)
    )
    return Known(
        taxes,
        units,
        {one.sku: one for one in found},
        {one.barcode: one for one in found if one.barcode},
        {one.supplier_code: one.product for one in before if one.supplier_code and one.product is not None},
    )


def draft_lines(env: Env, invoice: Invoice, known: Known, digits: int, sign: int) -> Drafted:
    """Draft the lines of a document, its own allowances and charges behind them; `sign` -1 turns all around."""
    made = Drafted()
    for line in invoice.lines:
        made.lines.append(_line(env, line, known, (digits, sign), made.differences))
    for factor, parts in ((-sign, invoice.allowances), (sign, invoice.charges)):
        for part in parts:
            made.lines.append(
                env[BillLine](
                    description=_cut(part.reason or part.reason_code or "±"),
                    quantity=ONE,
                    unit_price=part.amount * factor,
                    tax=_tax(env, known, part.vat_category or "S", part.vat_rate),
                )
            )
    if not invoice.lines:
        made.differences.append(Difference("no-lines", "info"))
        made.lines += _of_totals(env, invoice, known, sign)
    made.differences += [Difference("new-tax", "warning", (tax.name,)) for tax in known.added]
    return made


def _line(env: Env, line: Line, known: Known, rounding: tuple[int, int], differences: list[Difference]) -> BillLine:
    digits, sign = rounding
    base = line.price.base_quantity or ONE
    price, base = (line.price.net, base) if base > 0 else (line.price.net, ONE)
    added = sum((one.amount for one in line.charges), ZERO) - sum((one.amount for one in line.allowances), ZERO)
    quantity, product = line.quantity * sign, _product(line, known)
    net = round_half_up(line.quantity * price / base, digits) + round_half_up(added, digits)
    made = env[BillLine](
        description=_cut("\n".join(part for part in (line.item.name, line.item.description) if part) or "?"),
        supplier_code=(line.item.seller_id or "")[:100] or None,
        quantity=_short(quantity),
        uom=known.units.get(line.unit),
        unit_price=_short(price),
        price_quantity=_short(base),
        discount=_discount(line, net, digits),
        adjustment=ZERO,
        tax=_tax(env, known, line.vat_category, line.vat_rate),
        product=product,
    )
    # What rounding to our places leaves, and what is no plain discount, is a sum added or taken off.
    made.adjustment = net * sign - line_net(made, digits)
    if line.unit not in known.units:
        differences.append(Difference("no-unit", "info", (line.id, line.unit)))
    if net != line.net:
        differences.append(Difference("line-net", "danger", (line.id, str(line.net), str(net))))
    if product is not None and product.cost and product.cost != price / base:
        values = (line.id, str(_short(price / base).normalize()), str(product.cost.normalize()))
        differences.append(Difference("price", "warning", values))
    return made


def _discount(line: Line, net: Decimal, digits: int) -> Decimal:
    """A single allowance in per cent that makes exactly the net amount is a discount."""
    if len(line.allowances) != 1 or line.charges or line.allowances[0].percent is None:
        return ZERO
    percent = line.allowances[0].percent
    if not (0 < percent <= HUNDRED and percent == round_half_up(percent, 4)):
        return ZERO
    base = line.price.base_quantity if line.price.base_quantity and line.price.base_quantity > 0 else ONE
    gross = line.quantity * line.price.net / base
    return percent if round_half_up(gross * (HUNDRED - percent) / HUNDRED, digits) == net else ZERO


def _of_totals(env: Env, invoice: Invoice, known: Known, sign: int) -> Iterable[BillLine]:
    """Documents of small profiles list no lines: one for each tax, or one for all."""
    rows: list[tuple[Decimal, str, Decimal | None]] = [
        (row.taxable, row.category, row.rate) for row in invoice.vat_breakdown
    ]
    net, vat = invoice.totals.net, invoice.totals.vat or ZERO
    if not rows:
        rate = round_half_up(vat * HUNDRED / net, 0) if net and vat else ZERO
        rows = [(net, "S" if rate else "Z", rate)]
    return [
        env[BillLine](
            description=_cut(invoice.number),
            quantity=ONE,
            unit_price=amount * sign,
            tax=_tax(env, known, category, rate),
        )
        for amount, category, rate in rows
    ]


def _tax(env: Env, known: Known, category: str, rate: Decimal | None) -> Tax:
    """The tax of a category and rate; one that is not known is added."""
    kind = SAME_AS.get(category, category)
    per_cent = rate or ZERO
    if kind == "S" and not per_cent:
        kind = "Z"
    if kind != "S":
        per_cent = ZERO
    for (known_kind, known_rate), tax in known.taxes.items():
        if (known_kind, known_rate) == (kind, per_cent):
            return tax
    values: Mapping[str, Any] = {"category": kind, "rate": per_cent, "position": 900}
    made = env.add(env[Tax](name=f"{kind} {per_cent.normalize():f} %", **values))
    known.taxes[kind, per_cent] = made
    known.added.append(made)
    return made


def _product(line: Line, known: Known) -> Product | None:
    item = line.item
    code = item.standard_id.value if item.standard_id is not None else ""
    return (
        known.by_sku.get(item.buyer_id or "") or known.by_barcode.get(code) or known.by_code.get(item.seller_id or "")
    )


def _short(value: Decimal) -> Decimal:
    return round_half_up(value, PLACES)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
