"""The hooks that the helpdesk addon offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .models.message import TicketMessage
    from .models.ticket import Ticket


@hookspec
def tickets_opened(env: Env, tickets: Sequence[Ticket]) -> None:
    """React to new tickets.

    When: after a ticket and its first message are written, in that transaction.
    Parameters: `env`, the unit of work; `tickets`, those that are new.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def ticket_messages_posted(env: Env, messages: Sequence[TicketMessage]) -> None:
    """React to messages that the other side may read.

    When: after a message that is not internal is written on a ticket, in that transaction.
    Parameters: `env`, the unit of work; `messages`, those that are new.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """
