"""What must always be true of orders; `tradewright verify` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import func, or_, select
from tradewright.registry import invariant
from tradewright_product.services.amounts import net_amount
from tradewright_product.services.tax import tax_breakdown

from .models.order import Order
from .models.order_line import OrderLine

if TYPE_CHECKING:
    from tradewright.orm import Env

BATCH = 500


@invariant("sale.totals")
def totals(env: Env) -> Iterator[str]:
    """The totals of an order are those of its lines, by the rounding rule."""
    order = env[Order]
    last = 0
    while batch := env.all(select(order).where(order.id > last).order_by(order.id).limit(BATCH)):
        last = batch[-1].id
        for one in batch:
            digits = one.currency.digits
            parts = [
                (net_amount(line.quantity - line.cancelled, line.unit_price, line.discount, digits), line.tax)
                for line in one.lines
            ]
            untaxed = sum((amount for amount, _tax in parts), Decimal(0))
            tax = sum((row.amount for row in tax_breakdown(parts, digits)), Decimal(0))
            if (one.untaxed, one.tax_total, one.total) != (untaxed, tax, untaxed + tax):
                yield f"{one.display_name()}: stored {one.total}, computed {untaxed + tax}"


@invariant("sale.quantities")
def quantities(env: Env) -> Iterator[str]:
    """Of no line is more delivered and cancelled than was ordered."""
    line = env[OrderLine]
    for row in env.execute(
        select(line.id, line.order_id).where(
            or_(line.quantity <= 0, line.delivered < 0, line.delivered + line.cancelled > line.quantity)
        )
    ):
        yield f"line {row[0]} of order {row[1]}"


@invariant("sale.numbered")
def numbered(env: Env) -> Iterator[str]:
    """A confirmed order has a number, a time of confirmation and at least one line."""
    order, line = env[Order], env[OrderLine]
    for row in env.execute(
        select(order.id).where(
            order.state.in_(("confirmed", "done")),
            or_(
                order.number.is_(None),
                order.confirmed_at.is_(None),
                ~select(func.count(line.id) > 0).where(line.order_id == order.id).scalar_subquery(),
            ),
        )
    ):
        yield f"order {row[0]}"
