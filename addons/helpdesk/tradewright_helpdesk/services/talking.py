"""Opening tickets and writing on them, for staff and customers alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import errors
from ..hooks import ticket_messages_posted, tickets_opened
from ..models.message import TicketMessage
from ..models.ticket import Ticket

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.attachment import Attachment
    from tradewright_base.models.partner import Partner


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequest:
    """A ticket as somebody opens it; `values` are the documents it is about, from the bridges."""

    customer: Partner
    subject: str
    body: str
    kind: str = "question"
    contact: Partner | None = None
    priority: str = "normal"
    disputed_amount: Decimal | None = None
    about: str | None = None
    attachments: Sequence[Attachment] = ()
    values: dict[str, Any] = field(default_factory=dict)


def open_ticket(env: Env, request: TicketRequest) -> Ticket:
    """Open a ticket with its first message; needs the right to create tickets."""
    if not request.body.strip():
        raise errors.empty_message()
    ticket = env.add(
        env[Ticket](
            customer=request.customer.account,
            contact=request.contact,
            subject=request.subject,
            kind=request.kind,
            priority=request.priority,
            disputed_amount=request.disputed_amount,
            currency=env.company.currency if request.disputed_amount is not None else None,
            about=request.about,
            messages=[_message(env, request.body, request.attachments)],
            **request.values,
        )
    )
    env.flush()
    env.hook(tickets_opened)(env, [ticket])
    return ticket


def say(
    env: Env, ticket: Ticket, body: str, *, internal: bool = False, attachments: Sequence[Attachment] = ()
) -> TicketMessage:
    """Write on a ticket: an answer of ours waits for the customer, one of theirs opens the ticket again."""
    if not body.strip():
        raise errors.empty_message()
    message = _message(env, body, attachments, internal=internal)
    ticket.messages.append(message)
    if message.from_customer:
        ticket.state = "open" if ticket.state != "new" else "new"
        ticket.solved_at = None
    elif not internal:
        ticket.state = "waiting"
        ticket.answered_at = ticket.answered_at or env.now
        ticket.assignee_id = ticket.assignee_id or env.actor.user_id
    env.flush()
    if not internal:
        env.hook(ticket_messages_posted)(env, [message])
    return message


def _message(env: Env, body: str, attachments: Sequence[Attachment], *, internal: bool = False) -> TicketMessage:
    return env[TicketMessage](
        body=body.strip(),
        internal=internal,
        from_customer=env.actor.kind == "portal",
        author_id=env.actor.user_id,
        author_name=env.actor.name,
        attachments=list(attachments),
    )
