"""Reservation: promising stock to moves, never more than there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select

from ..models.level import StockLevel
from ..models.move import Move
from .levels import lock_levels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewright.orm import Env

    from ..models.shipment import Shipment
    from .levels import Place


def reserve(env: Env, moves: Sequence[Move]) -> None:
    """Reserve what is free for moves that wait, in their order, and settle the state of their shipments."""
    waiting = [move for move in moves if move.state == "waiting" and move.missing > 0]
    levels = lock_levels(env, {(move.product_id, move.source_id) for move in waiting})
    for move in waiting:
        level = levels.get((move.product_id, move.source_id))
        if level is not None:
            take(level, move)
    settle({move.shipment_id: move.shipment for move in moves if move.shipment is not None}.values())


def take(level: StockLevel, move: Move) -> None:
    """Reserve for a move what it misses, or what is free; the level must be locked."""
    quantity = min(move.missing, level.free)
    if quantity > 0:
        level.reserved += quantity
        move.reserved += quantity
    if move.missing == 0:
        move.state = "reserved"


def settle(shipments: Iterable[Shipment]) -> None:
    """Set shipments ready whose moves are all reserved."""
    for shipment in shipments:
        open_moves = [move for move in shipment.moves if move.state in {"waiting", "reserved"}]
        if shipment.state in {"waiting", "ready"} and open_moves:
            ready = all(move.state == "reserved" for move in open_moves)
            state = "ready" if ready or shipment.kind == "incoming" else "waiting"
            if shipment.state != state:
                shipment.state = state


def release(env: Env, moves: Sequence[Move]) -> None:
    """Free what moves reserve; the moves stay."""
    holding = [move for move in moves if move.reserved > 0]
    levels = lock_levels(env, {(move.product_id, move.source_id) for move in holding})
    for move in holding:
        levels[move.product_id, move.source_id].reserved -= move.reserved
        move.reserved = Decimal(0)
        move.state = "waiting"


def serve_waiting(env: Env, levels: Mapping[Place, StockLevel]) -> None:
    """Give what is free in locked levels to the moves that wait for it: oldest shipment first."""
    places = {place for place, level in levels.items() if level.free > 0}
    if not places:
        return
    move = env[Move]
    waiting = env.scalars(
        select(move)
        .where(
            move.state == "waiting",
            move.product_id.in_({product for product, _location in places}),
            move.source_id.in_({location for _product, location in places}),
        )
        .order_by(move.id)
        .with_for_update(of=move)
        .execution_options(populate_existing=True)
    ).all()
    served: dict[int, Shipment] = {}
    for one in waiting:
        level = levels.get((one.product_id, one.source_id))
        if level is None or level.free <= 0:
            continue
        take(level, one)
        if one.shipment is not None:
            served[one.shipment.id] = one.shipment
    settle(served.values())
