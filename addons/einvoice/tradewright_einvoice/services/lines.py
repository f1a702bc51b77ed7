"""The lines of an invoice as EN 16931 has them: each says its price and discount, and exactly the ledger's amount."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tradewright.base.numbers import round_half_up

from ..engine import AllowanceCharge, Identifier, Item, Line, Price

if TYPE_CHECKING:
    from tradewright_account.models.invoice_line import InvoiceLine

DISCOUNT: Final = "95"
"""UNTDID 5189: a discount."""
GTIN: Final = "0160"
ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
TOLERATED: Final = Decimal("0.01")
"""What the amount of a line may differ from its price times its quantity: Peppol lets two cents pass."""


@dataclass(frozen=True, slots=True)
class Words:
    """Reasons of allowances in the language of the document."""

    discount: str
    rounding: str


def line(number: int, one: InvoiceLine, words: Words) -> Line:
    """One line, whose price less its discount gives the ledger's amount, which is rounded to the currency's digits.

    A discount is an allowance. Where more than a cent or two is rounded, as in currencies without decimals, the rest is
    one as well, or a charge. A negative price, which the norm does not know, is a negative quantity at the net price.
    """
    quantity, price, percent = one.quantity, one.unit_price, one.discount
    if price < 0:
        quantity, price, percent = -quantity, -price * (HUNDRED - percent) / HUNDRED, ZERO
    gross = round_half_up(quantity * price, 2)
    less = round_half_up(gross * percent / HUNDRED, 2)
    rest = gross - less - one.subtotal
    if abs(rest) <= TOLERATED and percent:
        less, rest = less + rest, ZERO
    allowances = []
    if percent:
        allowances.append(
            AllowanceCharge(amount=less, base=gross, percent=percent, reason=words.discount, reason_code=DISCOUNT)
        )
    rounding = abs(rest) > TOLERATED
    if rounding and rest > 0:
        allowances.append(AllowanceCharge(amount=rest, reason=words.rounding))
    return Line(
        id=str(number),
        quantity=quantity,
        unit=one.uom.code,
        net=one.subtotal,
        allowances=tuple(allowances),
        charges=(AllowanceCharge(amount=-rest, reason=words.rounding),) if rounding and rest < 0 else (),
        price=Price(net=price),
        vat_category=one.tax.category,
        vat_rate=None if one.tax.category == "O" else one.tax.rate,
        item=_item(one),
    )


def _item(one: InvoiceLine) -> Item:
    """What was sold: the first line of the description is its name."""
    name, _break, rest = one.description.strip().partition("\n")
    product = one.product
    code = product.barcode if product is not None else None
    return Item(
        name=name.strip(),
        description=rest.strip() or None,
        seller_id=product.sku if product is not None else None,
        standard_id=Identifier(code, GTIN) if code and is_gtin(code) else None,
    )


def is_gtin(code: str) -> bool:
    """Whether a barcode is a GTIN: 8, 12, 13 or 14 digits, the last one checking the others (GS1)."""
    if len(code) not in {8, 12, 13, 14} or not (code.isascii() and code.isdigit()):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0
