"""What the portal tells of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl
from tradewright.i18n import _
from tradewright_b2b_portal.hooks import Entry

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


@hookimpl
def navigation_entries(env: Env) -> list[Entry]:  # noqa: ARG001  # the same for every buyer
    """Lead to the tickets."""
    return [Entry(70, "/portal/tickets", _("Tickets"), "life-buoy")]
