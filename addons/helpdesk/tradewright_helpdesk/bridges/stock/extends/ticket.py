"""Tickets about shipments."""

from tradewright.i18n import _
from tradewright.orm import Mapped, many_to_one, one_to_many
from tradewright_stock.models.shipment import Shipment

from ....models.ticket import Ticket


class ShipmentTicket(Ticket, extend=True):
    """A ticket about a shipment."""

    shipment: Mapped[Shipment | None] = many_to_one(label=_("Shipment"))
    shipment_id: Mapped[int | None]


class DiscussedShipment(Shipment, extend=True):
    """A shipment with the tickets about it."""

    tickets: Mapped[list[Ticket]] = one_to_many(inverse="shipment", order_by="id", label=_("Tickets"))
