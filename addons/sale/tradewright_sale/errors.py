"""Every refusal of the sale addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from decimal import Decimal

from tradewright.base import Conflict, Invalid, UserError
from tradewright.i18n import _


def empty_order(order: str) -> UserError:
    """An order without lines."""
    return UserError("sale.empty-order", _("{order} has no lines: add a product first.", order=order))


def withdrawn(product: str) -> UserError:
    """A product that is no longer sold."""
    return UserError(
        "sale.withdrawn", _("{product} is no longer sold: remove the line or choose another product.", product=product)
    )


def bad_quantity(product: str) -> Invalid:
    """A quantity that is no quantity."""
    text = _("The quantity of {product} must be greater than 0.", product=product)
    return Invalid("sale.quantity", text, fields={"quantity": text})


def off_pack(product: str, pack: Decimal) -> Invalid:
    """A quantity that is not a whole number of packs."""
    text = _("{product} is sold in packs of {pack}: order a multiple of it.", product=product, pack=pack)
    return Invalid("sale.pack", text, fields={"quantity": text})


def below_delivered(product: str, delivered: Decimal) -> Conflict:
    """A change below what was delivered already."""
    return Conflict(
        "sale.below-delivered",
        _(
            "{delivered} of {product} are delivered already: the quantity can't be less.",
            product=product,
            delivered=delivered,
        ),
    )


def not_open(order: str) -> Conflict:
    """A change of an order that is not open to changes."""
    return Conflict("sale.not-open", _("{order} can no longer be changed.", order=order))


def no_tax(product: str) -> UserError:
    """A product without a tax."""
    return UserError("sale.no-tax", _("{product} has no tax: give it one before you sell it.", product=product))


def delivered_already(order: str) -> Conflict:
    """Cancelling what is delivered."""
    return Conflict(
        "sale.delivered",
        _("Parts of {order} are delivered: cancel the open rest of its lines instead.", order=order),
    )


def one_at_a_time() -> UserError:
    """Changing several orders by one list."""
    return UserError("sale.one-order", _("Change one order at a time."))


def unknown_article(sku: str) -> Invalid:
    """An article number that nobody knows."""
    text = _("There is no article {sku}: correct its number.", sku=sku)
    return Invalid("sale.unknown-article", text, fields={"lines": text})


def unreadable_change(line: str) -> Invalid:
    """A line that is no change."""
    text = _("“{line}” can't be read: write an article number and a quantity, as in AB-20 5.", line=line[:60])
    return Invalid("sale.unreadable-change", text, fields={"lines": text})
