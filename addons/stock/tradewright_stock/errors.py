"""Every refusal of the stock addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from decimal import Decimal

from tradewright.base import Conflict, UserError
from tradewright.i18n import _


def picked_too_much(goods: str, most: Decimal) -> UserError:
    """Shipping more than is reserved, or less than nothing."""
    return UserError(
        "stock.picked",
        _("Of {goods} {most} can be taken: correct the picked quantity.", goods=goods, most=most.normalize()),
    )


def nothing_to_ship(shipment: str) -> UserError:
    """Shipping nothing."""
    return UserError("stock.nothing", _("Nothing on {shipment} is reserved or picked yet.", shipment=shipment))


def only_complete(shipment: str) -> Conflict:
    """Shipping a part of what may only leave whole."""
    return Conflict(
        "stock.only-complete",
        _("{shipment} leaves only complete: wait until everything is reserved.", shipment=shipment),
    )


def no_warehouse() -> UserError:
    """Selling goods without a warehouse."""
    return UserError("stock.no-warehouse", _("There is no warehouse to ship from: create one."))
