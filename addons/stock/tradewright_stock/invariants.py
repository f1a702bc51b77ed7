"""What must always be true of stock; `tradewright verify` runs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import and_, func, or_, select
from tradewright.registry import invariant

from .models.level import StockLevel
from .models.location import Location
from .models.move import Move
from .models.shipment import Shipment

if TYPE_CHECKING:
    from tradewright.orm import Env

Sums = dict[tuple[int, int], Decimal]


@invariant("stock.on-hand")
def on_hand(env: Env) -> Iterator[str]:
    """What is on hand is what came in less what went out."""
    move, location, level = env[Move], env[Location], env[StockLevel]
    sums: Sums = defaultdict(Decimal)
    for place, sign in ((move.destination_id, 1), (move.source_id, -1)):
        for product_id, location_id, quantity in env.execute(
            select(move.product_id, place, func.sum(move.quantity))
            .join(location, location.id == place)
            .where(move.state == "done", location.kind == "internal")
            .group_by(move.product_id, place)
        ):
            sums[product_id, location_id] += sign * quantity
    for product_id, location_id, quantity in env.execute(select(level.product_id, level.location_id, level.on_hand)):
        moved = sums.pop((product_id, location_id), Decimal(0))
        if moved != quantity:
            yield f"product {product_id} in location {location_id}: level {quantity}, moves {moved}"
    for (product_id, location_id), moved in sums.items():
        if moved:
            yield f"product {product_id} in location {location_id}: no level, moves {moved}"


@invariant("stock.reserved")
def reserved(env: Env) -> Iterator[str]:
    """What is reserved of a level is what open moves reserve."""
    move, level, location = env[Move], env[StockLevel], env[Location]
    sums: Sums = {
        (row[0], row[1]): row[2]
        for row in env.execute(
            select(move.product_id, move.source_id, func.sum(move.reserved))
            .join(location, location.id == move.source_id)
            .where(move.state.in_(("waiting", "reserved")), location.kind == "internal", move.reserved > 0)
            .group_by(move.product_id, move.source_id)
        )
    }
    for product_id, location_id, quantity in env.execute(select(level.product_id, level.location_id, level.reserved)):
        wanted = sums.pop((product_id, location_id), Decimal(0))
        if wanted != quantity:
            yield f"product {product_id} in location {location_id}: level {quantity}, moves {wanted}"
    for product_id, location_id in sums:
        yield f"product {product_id} in location {location_id}: reserved without a level"


@invariant("stock.levels")
def levels(env: Env) -> Iterator[str]:
    """No level is negative and nowhere is more reserved than there is."""
    level = env[StockLevel]
    for row in env.execute(
        select(level.id, level.on_hand, level.reserved).where(
            or_(level.on_hand < 0, level.reserved < 0, level.reserved > level.on_hand)
        )
    ):
        yield f"level {row[0]}: on hand {row[1]}, reserved {row[2]}"


@invariant("stock.closed-moves")
def closed_moves(env: Env) -> Iterator[str]:
    """Done and cancelled moves reserve nothing, and reserved ones are reserved in full."""
    move = env[Move]
    for row in env.execute(
        select(move.id, move.state).where(
            or_(
                and_(move.state.in_(("done", "cancelled")), move.reserved > 0),
                and_(move.state == "reserved", move.reserved != move.quantity),
                and_(move.state == "done", move.done_at.is_(None)),
            )
        )
    ):
        yield f"move {row[0]} is {row[1]}"


@invariant("stock.shipments")
def shipments(env: Env) -> Iterator[str]:
    """A done shipment has only done or cancelled moves and a number; a ready outgoing one is reserved in full."""
    move, shipment = env[Move], env[Shipment]
    for row in env.execute(
        select(shipment.id, shipment.state, move.id)
        .join(move, move.shipment_id == shipment.id)
        .where(
            or_(
                and_(shipment.state.in_(("done", "cancelled")), move.state.in_(("waiting", "reserved"))),
                and_(shipment.state == "ready", shipment.kind == "outgoing", move.state == "waiting"),
            )
        )
    ):
        yield f"shipment {row[0]} is {row[1]}, its move {row[2]} is not"
    for number in env.scalars(select(shipment.id).where(shipment.state != "cancelled", shipment.number.is_(None))):
        yield f"shipment {number} has no number"
