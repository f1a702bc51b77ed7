"""What buyers are told about tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.jobs import job
from tradewright.orm import select
from tradewright_b2b_portal.services.notices import Fact, Notice, tell

from ...models.message import TicketMessage
from ...models.ticket import Ticket

if TYPE_CHECKING:
    from tradewright.orm import Env


@job()
def tell_answered(env: Env, message_ids: list[int]) -> None:
    """Tell who opened a ticket (everybody, if that is nobody in the portal) that there is an answer."""
    with env.elevate("tell buyers about their tickets"):
        ticket, message = env[Ticket], env[TicketMessage]
        rows = env.execute(
            select(
                message.id,
                message.author_name,
                message.body,
                ticket.uid,
                ticket.number,
                ticket.subject,
                ticket.customer_id,
                ticket.contact_id,
            )
            .join(ticket, ticket.id == message.ticket_id)
            .where(message.id.in_(message_ids), message.internal.is_(False))
            .order_by(message.id)
        ).all()
        tell(
            env,
            [
                Notice(
                    customer_id=row.customer_id,
                    contact_id=row.contact_id,
                    kind="ticket_answered",
                    key=str(row.id),
                    title=_("Answer to “{subject}”", subject=row.subject[:150]),
                    body=row.body[:1_000],
                    endpoint="helpdesk.show_ticket",
                    values={"uid": row.uid},
                    action=_("Read and answer"),
                    facts=[Fact(_("Ticket"), row.number or ""), Fact(_("From"), row.author_name)],
                )
                for row in rows
            ],
        )
