"""What the portal tells of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from . import jobs

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ...models.message import TicketMessage


@hookimpl
def ticket_messages_posted(env: Env, messages: Sequence[TicketMessage]) -> None:
    """Tell the customer that somebody of ours has answered."""
    ours = [message.id for message in messages if not message.from_customer and not message.internal]
    if ours:
        env.defer(jobs.tell_answered, message_ids=ours)
