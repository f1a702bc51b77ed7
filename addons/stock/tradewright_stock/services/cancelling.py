"""Cancelling shipments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .reservation import release

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.shipment import Shipment


def cancel(env: Env, shipments: Sequence[Shipment]) -> None:
    """Free what open shipments reserve and cancel their moves."""
    moves = [move for shipment in shipments for move in shipment.moves if move.state in {"waiting", "reserved"}]
    release(env, moves)
    for move in moves:
        move.state = "cancelled"
    for shipment in shipments:
        shipment.state = "cancelled"
