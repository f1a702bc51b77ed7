"""The demonstration's deliveries: what was ordered some days ago is shipped, the newest orders wait."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright_sale import demo

from ...models.shipment import Shipment

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .extends.order import StockOrder

READY_FOR = 3
"""Orders younger than this many days are still in the warehouse."""
CARRIERS = ("DHL Freight", "DB Schenker", "UPS")


def write(env: Env, today: date) -> None:
    """Write the orders and ship the older ones; one of them only in part."""
    for place, order in enumerate(cast("list[StockOrder]", demo.write(env, today))):
        age = (today - order.order_date).days
        if order.state == "confirmed" and age >= READY_FOR:
            _ship(env, order, place, part=place % 11 == 5)
    env.take_numbers()


def _ship(env: Env, order: StockOrder, place: int, *, part: bool) -> None:
    ready = [shipment for shipment in order.shipments if shipment.state == "ready"]
    if not ready:
        return
    moment = datetime.combine(order.order_date + timedelta(days=1 + place % 2), time(14, 30), tzinfo=UTC)
    with env.at(moment):
        shipment = ready[0]
        shipment.carrier = CARRIERS[place % len(CARRIERS)]
        shipment.tracking = f"NL{730000 + place * 917}DE"
        picked = None
        if part and len(shipment.moves) > 1:
            picked = {move.id: move.reserved for move in shipment.moves[1:]} | {shipment.moves[0].id: Decimal(0)}
        env[Shipment].ship(env, [shipment], picked)
