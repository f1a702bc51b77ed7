"""Which deliveries a buyer may see: those that go to the own company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import and_, rows
from tradewright_stock.models.move import Move
from tradewright_stock.models.shipment import Shipment

if TYPE_CHECKING:
    from tradewright.orm import Actor, ColumnElement


@rows(Shipment)
def own_shipments(shipment: type[Shipment], actor: Actor) -> ColumnElement[bool]:
    """Deliveries to the company account."""
    return and_(shipment.partner_id == actor.customer_id, shipment.kind == "outgoing")


@rows(Move)
def own_moves(move: type[Move], actor: Actor) -> ColumnElement[bool]:
    """What is on these deliveries."""
    return move.shipment.has(partner_id=actor.customer_id, kind="outgoing")
