"""When a ticket has to be answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tradewright.orm import blank, select

from ..models.service_level import ServiceLevel

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.ticket import Ticket


def set_due(env: Env, ticket: Ticket) -> None:
    """Set the time by which the ticket is to be answered, from its priority."""
    level = env[ServiceLevel]
    with env.elevate("service levels decide when a ticket is due"):
        hours = env.scalar(select(level.hours).where(level.priority == ticket.priority))
    if hours is not None:
        ticket.due_at = (env.now if blank(ticket, "opened_at") else ticket.opened_at) + timedelta(hours=hours)
