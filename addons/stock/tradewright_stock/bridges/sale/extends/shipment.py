"""Shipments and moves that fulfil orders."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Self, cast

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, many_to_one
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from ....models.move import Move
from ....models.shipment import Shipment
from ..services import fulfilment


class OrderShipment(Shipment, extend=True):
    """A shipment of an order."""

    order: Mapped[Order | None] = many_to_one(label=_("Order"))
    order_id: Mapped[int | None]

    @classmethod
    def ship(cls, env: Env, shipments: Sequence[Self], picked: Mapping[int, Decimal] | None = None) -> None:
        """Note on the orders' lines what was delivered."""
        moves = [move for shipment in shipments for move in shipment.moves if move.state in {"waiting", "reserved"}]
        super().ship(env, shipments, picked)
        fulfilment.note_delivered(
            env, shipments, cast("list[OrderMove]", [move for move in moves if move.state == "done"])
        )

    @classmethod
    def rest_of(cls, env: Env, rests: Mapping[int, Sequence[tuple[Move, Decimal]]]) -> None:
        """Drop the rest where the order says so; else it waits."""
        super().rest_of(env, fulfilment.drop_rests(env, rests))

    @classmethod
    def follower(cls, env: Env, origin: Self) -> Self:
        """The rest of an order's shipment belongs to the order."""
        follower = super().follower(env, origin)
        follower.order = origin.order
        return follower


class OrderMove(Move, extend=True):
    """A move that fulfils a line of an order."""

    order_line: Mapped[OrderLine | None] = many_to_one(label=_("Order line"))
    order_line_id: Mapped[int | None]

    def continued(self, env: Env, quantity: Decimal) -> Self:
        """What is left of a move fulfils the same line."""
        rest = super().continued(env, quantity)
        rest.order_line_id = self.order_line_id
        return rest
