"""Orders that are fulfilled from stock."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Self, cast

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, choice, many_to_one, one_to_many
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from ....models.location import Warehouse
from ....models.move import Move
from ....models.shipment import Shipment
from ....services import cancelling
from ..services import fulfilment
from .partner import POLICIES

if TYPE_CHECKING:
    from .partner import SuppliedPartner


class StockOrder(Order, extend=True):
    """An order with its shipments and what happens when stock is short."""

    shipments: Mapped[list[Shipment]] = one_to_many(inverse="order", order_by="id", label=_("Shipments"))
    shortage_policy: Mapped[str | None] = choice(
        POLICIES, label=_("If stock is short"), help=_("Empty: as the customer wishes, else the rest is shipped later.")
    )
    warehouse: Mapped[Warehouse | None] = many_to_one(label=_("Warehouse"))
    warehouse_id: Mapped[int | None]

    @property
    def policy(self) -> str:
        """What happens when stock is short: the order's word, else the customer's, else a backorder."""
        return self.shortage_policy or cast("SuppliedPartner", self.customer).shortage_policy or "backorder"

    @classmethod
    def accept(cls, env: Env, orders: Sequence[Self]) -> None:
        """Reserve stock for confirmed orders and plan their shipments, by the policy for shortages."""
        super().accept(env, orders)
        fulfilment.plan(env, orders)

    @classmethod
    def cancel(cls, env: Env, orders: Sequence[Self]) -> None:
        """Cancel the open shipments too, and free what they reserve."""
        super().cancel(env, orders)
        cancelling.cancel(env, _open_shipments(orders))

    @classmethod
    def close(cls, env: Env, orders: Sequence[Self]) -> None:
        """Cancel the open shipments too, and free what they reserve."""
        cancelling.cancel(env, _open_shipments(orders))
        super().close(env, orders)


def _open_shipments(orders: Sequence[StockOrder]) -> list[Shipment]:
    return [one for order in orders for one in order.shipments if one.state in {"waiting", "ready"}]


class StockOrderLine(OrderLine, extend=True):
    """A line with the moves that fulfil it."""

    moves: Mapped[list[Move]] = one_to_many(inverse="order_line", label=_("Moves"))

    def requires_delivery(self) -> bool:
        """Goods are delivered, services are not."""
        return self.product.kind == "goods"

    @property
    def planned(self) -> Decimal:
        """What open moves are going to deliver."""
        return sum((move.quantity for move in self.moves if move.state in {"waiting", "reserved"}), Decimal(0))
