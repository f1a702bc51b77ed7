"""Opening tickets, for staff and customers alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import errors
from ..hooks import tickets_opened
from ..models.ticket import Ticket
from .saying import message

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
            messages=[message(env, request.body, request.attachments)],
            **request.values,
        )
    )
    env.flush()
    env.hook(tickets_opened)(env, [ticket])
    return ticket
