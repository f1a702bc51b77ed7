"""Orders that changed after confirmation: their open moves are planned anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ....services import cancelling
from .fulfilment import plan

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_sale.models.order import Order

    from ..extends.order import StockOrder


def adapt(env: Env, orders: Sequence[Order]) -> None:
    """Cancel the open shipments of changed orders and plan what is open; only lines that changed lose their place."""
    changed = [cast("StockOrder", order) for order in orders]
    open_shipments = [
        shipment for order in changed for shipment in order.shipments if shipment.state in {"waiting", "ready"}
    ]
    cancelling.cancel(env, open_shipments)
    env.flush()
    plan(env, changed)
