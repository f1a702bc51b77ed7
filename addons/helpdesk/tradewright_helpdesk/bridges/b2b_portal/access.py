"""Which tickets a buyer may see; internal notes are never among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import and_, rows

from ...models.message import TicketMessage
from ...models.ticket import Ticket

if TYPE_CHECKING:
    from tradewright.orm import Actor, ColumnElement


@rows(Ticket)
def own_tickets(ticket: type[Ticket], actor: Actor) -> ColumnElement[bool]:
    """Tickets of the company account."""
    return ticket.customer_id == actor.customer_id


@rows(TicketMessage)
def own_messages(message: type[TicketMessage], actor: Actor) -> ColumnElement[bool]:
    """What was said on them, without internal notes."""
    own = message.ticket.has(customer_id=actor.customer_id)
    return and_(message.internal.is_(False), own)
