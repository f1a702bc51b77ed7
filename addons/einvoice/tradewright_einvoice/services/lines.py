"""The lines of an invoice as EN 16931 has them: each says its price and discount, and exactly the ledger's amount."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ..engine import AllowanceCharge, Identifier, Item, Line, Price

if TYPE_CHECKING:
    from tradewright_account.models.invoice_line import InvoiceLine
    from tradewright_base.models.currency import Currency

DISCOUNT: Final = "95"
"""UNTDID 5189: a discount."""
GTIN: Final = "0160"
HUNDRED: Final = Decimal(100)


def line(number: int, one: InvoiceLine, currency: Currency, discount: str) -> Line:
    """One line. A discount is an allowance on it, the rest of what quantity times price is above the ledger's amount.

    A negative price, which the norm does not know, is a negative quantity at the net price.
    """
    quantity, price = one.quantity, one.unit_price
    allowances: tuple[AllowanceCharge, ...] = ()
    if price < 0:
        quantity, price = -quantity, -price * (HUNDRED - one.discount) / HUNDRED
    elif one.discount:
        gross = currency.round(quantity * price)
        allowances = (
            AllowanceCharge(
                amount=gross - one.subtotal, base=gross, percent=one.discount, reason=discount, reason_code=DISCOUNT
            ),
        )
    outside = one.tax.category == "O"
    return Line(
        id=str(number),
        quantity=quantity,
        unit=one.uom.code,
        net=one.subtotal,
        allowances=allowances,
        price=Price(net=price),
        vat_category=one.tax.category,
        vat_rate=None if outside else one.tax.rate,
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
