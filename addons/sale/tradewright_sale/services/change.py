"""Changing an order after it was confirmed: each change is a revision, checked against what is delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base import Forbidden
from tradewright.i18n import _
from tradewright.orm import select
from tradewright_product.models.product import Product

from .. import errors
from ..hooks import orders_changed
from ..models.order import Order
from ..models.order_line import OrderLine
from .place import Item, check_items

if TYPE_CHECKING:
    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class Change:
    """A new quantity for a line, or (without `line_id`) a further product."""

    quantity: Decimal
    line_id: int | None = None
    product_id: int | None = None


def change_lines(env: Env, order: Order, changes: Sequence[Change], *, version: int | None = None) -> None:
    """Change the lines of a confirmed order; the price of a line stays what was agreed.

    `version` is the one the user saw; another in the database refuses with Conflict. A quantity can't go below what is
    delivered; quantity 0 cancels what is open of the line.
    """
    if not env.actor.has("sale.user"):
        raise Forbidden("sale.change", _("Your role does not allow to change orders."))
    with env.elevate("an order is changed by its rules"):
        (locked,) = env.lock(Order, [order.id])
        if version is not None:
            env.check_version(locked, version)
        if locked.state != "confirmed":
            raise errors.not_open(locked.display_name())
        _quantities(locked, [change for change in changes if change.line_id is not None])
        _additions(env, locked, [change for change in changes if change.line_id is None])
        locked.revision += 1
        env.flush()
        env.hook(orders_changed)(env, [locked])


def _quantities(order: Order, changes: Sequence[Change]) -> None:
    by_id = {line.id: line for line in order.lines}
    for change in changes:
        line = by_id.get(change.line_id or 0)
        if line is None:
            raise errors.not_open(order.display_name())
        if change.quantity < line.delivered:
            raise errors.below_delivered(line.description, line.delivered.normalize())
        if change.quantity == 0:
            line.cancelled = line.quantity
        else:
            line.cancelled = Decimal(0)
            line.quantity = change.quantity


def _additions(env: Env, order: Order, changes: Sequence[Change]) -> None:
    if not changes:
        return
    product = env[Product]
    wanted = {change.product_id for change in changes}
    products = {record.id: record for record in env.scalars(select(product).where(product.id.in_(wanted)))}
    items = [Item(change.product_id or 0, change.quantity) for change in changes]
    check_items(products, items)
    for item in items:
        order.lines.append(env[OrderLine](product=products[item.product_id], quantity=item.quantity))
