"""Writing on tickets, for staff and customers alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import errors
from ..hooks import ticket_messages_posted
from ..models.message import TicketMessage

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.attachment import Attachment

    from ..models.ticket import Ticket


def say(
    env: Env, ticket: Ticket, body: str, *, internal: bool = False, attachments: Sequence[Attachment] = ()
) -> TicketMessage:
    """Write on a ticket: an answer of ours waits for the customer, one of theirs opens the ticket again."""
    if not body.strip():
        raise errors.empty_message()
    said = message(env, body, attachments, internal=internal)
    ticket.messages.append(said)
    if said.from_customer:
        ticket.state = "open" if ticket.state != "new" else "new"
        ticket.solved_at = None
    elif not internal:
        ticket.state = "waiting"
        ticket.answered_at = ticket.answered_at or env.now
        ticket.assignee_id = ticket.assignee_id or env.actor.user_id
    env.flush()
    if not internal:
        env.hook(ticket_messages_posted)(env, [said])
    return said


def message(env: Env, body: str, attachments: Sequence[Attachment], *, internal: bool = False) -> TicketMessage:
    """Make a message of whoever acts; it is not on a ticket yet."""
    return env[TicketMessage](
        body=body.strip(),
        internal=internal,
        from_customer=env.actor.kind == "portal",
        author_id=env.actor.user_id,
        author_name=env.actor.name,
        attachments=list(attachments),
    )
