"""The demonstration's tickets: questions and disputes about invoices of the last weeks, some of them answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, cast

from tradewright.orm import select
from tradewright_account.models.invoice import Invoice
from tradewright_base.models.user import User

from ...models.message import TicketMessage
from ...models.ticket import Ticket

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .extends.ticket import InvoiceTicket


class Case(NamedTuple):
    """A ticket of the demonstration: how many days ago it was opened, and what was said."""

    age: int
    kind: str
    priority: str
    subject: str
    asked: str
    answered: str | None
    state: str


CASES = (
    Case(
        19,
        "question",
        "normal",
        "Which delivery does this invoice cover?",
        "We had two deliveries that week and book them apart.",
        "It covers the first one; the second has an invoice of its own.",
        "solved",
    ),
    Case(
        8,
        "dispute",
        "high",
        "One box arrived damaged",
        "The lid is broken and two pieces are missing. Photos follow.",
        "Thank you for telling us. Keep the box, we send two pieces tomorrow.",
        "waiting",
    ),
    Case(
        3,
        "dispute",
        "normal",
        "Price differs from our agreement",
        "We agreed on a lower price for this article in spring.",
        None,
        "new",
    ),
    Case(
        1,
        "question",
        "urgent",
        "Second copy for our auditor",
        "We need the invoice as PDF in German by noon.",
        None,
        "open",
    ),
)


def write(env: Env, today: date) -> None:
    """Write the tickets, each on an invoice of another customer."""
    invoice, user = env[Invoice], env[User]
    invoices = env.all(select(invoice).where(invoice.state == "posted").order_by(invoice.id.desc()).limit(40))
    by_customer = {one.customer_id: one for one in invoices}
    staff = env.scalar(select(user).where(user.kind == "staff").order_by(user.id).offset(1).limit(1))
    for case, about in zip(CASES, by_customer.values(), strict=False):
        opened = datetime.combine(today - timedelta(days=case.age), time(9, 20), tzinfo=UTC)
        with env.at(opened):
            ticket = _ticket(env, case, about)
        if case.answered and staff is not None:
            with env.at(opened + timedelta(hours=3)):
                _answer(env, case, ticket, staff)
    env.take_numbers()


def _ticket(env: Env, case: Case, about: Invoice) -> Ticket:
    contact = about.contact or next(iter(about.customer.children), None)
    disputed = about.lines[0].subtotal if case.kind == "dispute" else None
    ticket = env[Ticket](
        kind=case.kind,
        priority=case.priority,
        subject=case.subject,
        customer=about.customer,
        contact=contact,
        state="new" if case.answered else case.state,
        currency=about.currency,
        disputed_amount=disputed,
        about=about.number,
        messages=[
            env[TicketMessage](
                body=case.asked, from_customer=True, author_name=contact.name if contact else about.customer.name
            )
        ],
    )
    cast("InvoiceTicket", ticket).invoice = about
    env.add(ticket)
    env.flush()
    return ticket


def _answer(env: Env, case: Case, ticket: Ticket, staff: User) -> None:
    ticket.messages.append(env[TicketMessage](body=case.answered, author=staff, author_name=staff.name))
    ticket.answered_at = env.now
    ticket.assignee = staff
    ticket.state = case.state
    if case.state == "solved":
        ticket.solved_at = env.now
