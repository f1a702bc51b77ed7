"""Doing shipments: goods leave one place and arrive at another, and the rest is decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select

from .. import errors
from ..hooks import shipments_done
from ..models.location import Location
from .levels import lock_levels
from .reservation import reserve, serve_waiting

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.move import Move
    from ..models.shipment import Shipment

    Rests = Mapping[int, Sequence[tuple[Move, Decimal]]]


def do(env: Env, shipments: Sequence[Shipment], picked: Mapping[int, Decimal] | None) -> None:
    """Do shipments with what is reserved (expected, for incoming ones), or with what was picked of each move."""
    moves = [move for shipment in shipments for move in shipment.moves if move.state in {"waiting", "reserved"}]
    amounts = {
        move.id: _amount(shipment, move, picked) for shipment in shipments for move in shipment.moves if move in moves
    }
    for shipment in shipments:
        _check(shipment, amounts)
    rests = _split(moves, amounts)
    _book(env, {move: amounts[move.id] for move in moves if amounts[move.id] > 0})
    for shipment in shipments:
        shipment.state = "done"
        shipment.shipped_at = env.now
    if rests:
        type(shipments[0]).rest_of(env, rests)
    env.hook(shipments_done)(env, shipments)


def _amount(shipment: Shipment, move: Move, picked: Mapping[int, Decimal] | None) -> Decimal:
    most = move.quantity if shipment.kind == "incoming" else move.reserved
    if picked is None:
        return most
    amount = picked.get(move.id, Decimal(0))
    if amount < 0 or amount > most:
        raise errors.picked_too_much(move.display_name(), most)
    return amount


def _check(shipment: Shipment, amounts: Mapping[int, Decimal]) -> None:
    of_it = [(move, amounts[move.id]) for move in shipment.moves if move.id in amounts]
    if not any(amount for _move, amount in of_it):
        raise errors.nothing_to_ship(shipment.display_name())
    if shipment.whole and shipment.kind == "outgoing" and any(amount < move.quantity for move, amount in of_it):
        raise errors.only_complete(shipment.display_name())


def _split(moves: Sequence[Move], amounts: Mapping[int, Decimal]) -> dict[int, list[tuple[Move, Decimal]]]:
    """Return by shipment the moves that are not done in full, each with what is left of it."""
    rests: dict[int, list[tuple[Move, Decimal]]] = {}
    for move in moves:
        left = move.quantity - amounts[move.id]
        if left > 0:
            rests.setdefault(move.shipment_id or 0, []).append((move, left))
    return rests


def _book(env: Env, moves: Mapping[Move, Decimal]) -> None:
    """Change the levels and set the moves done; goods that arrive serve the moves that wait for them."""
    location = env[Location]
    ends = {move.source_id for move in moves} | {move.destination_id for move in moves}
    env.all(select(location).where(location.id.in_(ends)))  # both ends of all moves at once
    inside = {move.id: (move.source.kind == "internal", move.destination.kind == "internal") for move in moves}
    places = {(move.product_id, move.source_id) for move in moves if inside[move.id][0]}
    arriving = {(move.product_id, move.destination_id) for move in moves if inside[move.id][1]}
    levels = lock_levels(env, places | arriving, create=bool(arriving))
    for move, quantity in moves.items():
        leaves, arrives = inside[move.id]
        if leaves:
            level = levels[move.product_id, move.source_id]
            level.on_hand -= quantity
            level.reserved -= move.reserved
        if arrives:
            levels[move.product_id, move.destination_id].on_hand += quantity
        if move.quantity != quantity:
            move.quantity = quantity
        move.reserved = Decimal(0)
        move.state = "done"
        move.done_at = env.now
    if arriving:
        env.flush()
        serve_waiting(env, {place: levels[place] for place in arriving})


def wait_for_rest(env: Env, rests: Rests) -> None:
    """Put what was not shipped into shipments of its own that wait; what of it was reserved stays reserved."""
    for moves in rests.values():
        origin: Shipment | None = moves[0][0].shipment
        if origin is None:
            continue
        follower = env.add(origin.follower(env, origin))
        for move, left in moves:
            if move.state in {"waiting", "reserved"}:
                move.shipment = follower  # nothing of it was shipped: it goes along as it is
            else:
                follower.moves.append(move.continued(env, left))
        env.flush()
        reserve(env, follower.moves)
        env.number(f"stock.shipment.{origin.kind}", follower)
