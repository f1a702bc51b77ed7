"""Tickets: questions and disputes of customers."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    blank,
    choice,
    field,
    index,
    many_to_one,
    money,
    one_to_many,
    operation,
    text,
)
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User

from ..services import levels, saying
from .message import TicketMessage
from .service_level import PRIORITIES

OPEN = ("new", "open", "waiting")


class Answer(BaseModel):
    """What staff write on a ticket; an internal note is not shown to the customer and leaves the state as it is."""

    model_config = ConfigDict(extra="forbid")

    body: str = Field(title=str(_("Message")), min_length=1, max_length=10_000)
    internal: bool = Field(default=False, title=str(_("Internal note")))


class Ticket(
    Model,
    label=_("Ticket"),
    plural=_("Tickets"),
    title="subject",
    order_by="-id",
    search=("number", "subject"),
    public=True,
    versioned=True,
    audit="all",
    company=True,
):
    """Something a customer wants to know, or does not agree with. It hangs on the document it is about."""

    number: Mapped[str | None] = text(label=_("Number"), readonly=True, unique=True, max_length=40)
    kind: Mapped[str] = choice(
        [("question", _("Question")), ("dispute", _("Dispute"))], label=_("Kind"), default="question", index=True
    )
    subject: Mapped[str] = text(label=_("Subject"), max_length=200)
    state: Mapped[str] = choice(
        [
            ("new", _("New")),
            ("open", _("Open")),
            ("waiting", _("Waiting for customer")),
            ("solved", _("Solved")),
            ("closed", _("Closed")),
        ],
        label=_("State"),
        default="new",
        readonly=True,
        index=True,
        copy=False,
    )
    customer: Mapped[Partner] = many_to_one(label=_("Customer"))
    customer_id: Mapped[int]
    contact: Mapped[Partner | None] = many_to_one(label=_("Contact"))
    contact_id: Mapped[int | None]
    assignee: Mapped[User | None] = many_to_one(label=_("Assignee"))
    assignee_id: Mapped[int | None]
    priority: Mapped[str] = choice(PRIORITIES, label=_("Priority"), default="normal")
    opened_at: Mapped[datetime] = field(label=_("Opened"), readonly=True, default=lambda env: env.now)
    due_at: Mapped[datetime | None] = field(label=_("Answer due"), readonly=True, index=True)
    answered_at: Mapped[datetime | None] = field(label=_("First answer"), readonly=True)
    solved_at: Mapped[datetime | None] = field(label=_("Solved at"), readonly=True)
    currency: Mapped[Currency | None] = many_to_one(label=_("Currency"), index=False)
    currency_id: Mapped[int | None]
    disputed_amount: Mapped[Decimal | None] = money(label=_("Disputed amount"), at_least=0)
    about: Mapped[str | None] = text(label=_("About"), readonly=True, max_length=300)
    messages: Mapped[list[TicketMessage]] = one_to_many(
        inverse="ticket", owned=True, order_by="id", label=_("Messages")
    )

    _by_customer = index("customer", "state")

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Give new tickets a number and the time by which they are to be answered; name what they are about."""
        super().before_save(env, records)
        for ticket in records:
            if env.changed(ticket, "priority") and ticket.answered_at is None:
                levels.set_due(env, ticket)
            if blank(ticket, "id") and ticket.number is None:
                env.number("helpdesk.ticket", ticket)

    @property
    def overdue(self) -> bool:
        """Tell whether the first answer came or comes too late."""
        return self.answered_at is None and self.state in OPEN and self.due_at is not None

    @operation(label=_("Answer"), permission="helpdesk.user", primary=True, form=Answer)
    @classmethod
    def answer(cls, env: Env, tickets: Sequence[Self], form: Answer) -> None:
        """Write to the customers of tickets, or a note for ourselves."""
        for ticket in tickets:
            saying.say(env, ticket, form.body, internal=form.internal)

    @operation(label=_("Take over"), permission="helpdesk.user", states=("new", "open", "waiting"))
    @classmethod
    def take(cls, env: Env, tickets: Sequence[Self]) -> None:
        """Make the acting user the assignee."""
        for ticket in tickets:
            ticket.assignee_id = env.actor.user_id
            ticket.state = "open" if ticket.state == "new" else ticket.state

    @operation(label=_("Solved"), permission="helpdesk.user", states=("new", "open", "waiting"))
    @classmethod
    def solve(cls, env: Env, tickets: Sequence[Self]) -> None:
        """Mark tickets as solved; the customer may reopen them."""
        for ticket in tickets:
            ticket.state = "solved"
            ticket.solved_at = env.now

    @operation(label=_("Reopen"), permission="helpdesk.user", states=("solved", "closed"))
    @classmethod
    def reopen(cls, env: Env, tickets: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Open tickets again."""
        for ticket in tickets:
            ticket.state = "open"
            ticket.solved_at = None

    @operation(label=_("Close"), permission="helpdesk.user", states=("solved",))
    @classmethod
    def close(cls, env: Env, tickets: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Close solved tickets."""
        for ticket in tickets:
            ticket.state = "closed"
