"""Tickets about orders."""

from tradewright.i18n import _
from tradewright.orm import Mapped, many_to_one, one_to_many
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from ....models.ticket import Ticket


class OrderTicket(Ticket, extend=True):
    """A ticket about an order or one of its lines."""

    order: Mapped[Order | None] = many_to_one(label=_("Order"))
    order_id: Mapped[int | None]
    order_line: Mapped[OrderLine | None] = many_to_one(label=_("Order line"))
    order_line_id: Mapped[int | None]


class DiscussedOrder(Order, extend=True):
    """An order with the tickets about it."""

    tickets: Mapped[list[Ticket]] = one_to_many(inverse="order", order_by="id", label=_("Tickets"))
