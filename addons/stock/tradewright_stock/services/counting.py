"""Posting counts: differences become moves from or to the place of inventory differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.base import UserError
from tradewright.i18n import _
from tradewright.orm import select

from .. import errors
from ..models.location import Location
from ..models.move import Move
from .levels import lock_levels
from .reservation import serve_waiting

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.adjustment import Adjustment, AdjustmentLine
    from ..models.level import StockLevel


def post(env: Env, adjustments: Sequence[Adjustment]) -> None:
    """Book the differences of counts as done moves, and let waiting moves have what was found."""
    loss = env.scalar(select(env[Location]).where(env[Location].kind == "loss").order_by(env[Location].id).limit(1))
    if loss is None:
        raise errors.no_warehouse()
    places = {(line.product_id, one.location_id) for one in adjustments for line in one.lines}
    levels = lock_levels(env, places, create=True)
    for adjustment in adjustments:
        for line in adjustment.lines:
            _book(env, adjustment, line, levels[line.product_id, adjustment.location_id], loss)
        adjustment.state = "posted"
        adjustment.posted_at = env.now
        env.number("stock.adjustment", adjustment)
    env.flush()
    serve_waiting(env, levels)


def _book(env: Env, adjustment: Adjustment, line: AdjustmentLine, level: StockLevel, loss: Location) -> None:
    line.difference = line.counted - level.on_hand
    if line.difference == 0:
        return
    if line.counted < level.reserved:
        raise UserError(
            "stock.counted-below-reserved",
            _(
                "{product}: more is reserved than was counted. Cancel a shipment first.",
                product=line.product.display_name(),
            ),
        )
    found = line.difference > 0
    env.add(
        env[Move](
            product_id=line.product_id,
            source_id=loss.id if found else adjustment.location_id,
            destination_id=adjustment.location_id if found else loss.id,
            quantity=abs(line.difference),
            state="done",
            done_at=env.now,
        )
    )
    level.on_hand = line.counted
