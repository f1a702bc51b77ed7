"""What must always be true of orders and their deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import func, select
from tradewright.registry import invariant
from tradewright_product.models.product import Product
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from ...models.move import Move

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .extends.shipment import OrderMove


@invariant("stock.fulfilment")
def fulfilment(env: Env) -> Iterator[str]:
    """Of a confirmed line, delivered, planned and cancelled make up what was ordered; delivered is what moves did."""
    move = cast("type[OrderMove]", env[Move])
    line, order, product = env[OrderLine], env[Order], env[Product]
    done: dict[int, Decimal] = defaultdict(Decimal)
    planned: dict[int, Decimal] = defaultdict(Decimal)
    for line_id, state, quantity in env.execute(
        select(move.order_line_id, move.state, func.sum(move.quantity))
        .where(move.order_line_id.is_not(None), move.state != "cancelled")
        .group_by(move.order_line_id, move.state)
    ):
        (done if state == "done" else planned)[line_id or 0] += quantity
    rows = env.execute(
        select(line.id, order.id, order.state, line.quantity, line.cancelled, line.delivered)
        .join(order, order.id == line.order_id)
        .join(product, product.id == line.product_id)
        .where(order.state.in_(("confirmed", "done")), product.kind == "goods")
    )
    for line_id, order_id, state, quantity, cancelled, delivered in rows:
        if done[line_id] != delivered:
            yield f"line {line_id} of order {order_id}: delivered {delivered}, moves {done[line_id]}"
        if delivered + cancelled + planned[line_id] != quantity:
            yield (
                f"line {line_id} of {state} order {order_id}: {quantity} ordered, {delivered} delivered, "
                f"{cancelled} cancelled, {planned[line_id]} planned"
            )
