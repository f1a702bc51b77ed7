"""What is said on a ticket."""

from datetime import datetime
from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, frozen, many_to_many, many_to_one, text
from tradewright_base.models.attachment import Attachment
from tradewright_base.models.user import User

if TYPE_CHECKING:
    from .ticket import Ticket


class TicketMessage(Model, label=_("Message"), plural=_("Messages"), order_by="id", audit="none"):
    """A message of the customer or of ours; an internal one is never shown to the customer."""

    ticket: Mapped["Ticket"] = many_to_one(label=_("Ticket"), on_delete="cascade")
    ticket_id: Mapped[int]
    author: Mapped[User | None] = many_to_one(label=_("Author"), index=False)
    author_id: Mapped[int | None]
    author_name: Mapped[str] = text(label=_("From"), default=lambda env: env.actor.name)
    from_customer: Mapped[bool] = field(label=_("From the customer"), default=False)
    body: Mapped[str] = text(label=_("Message"), multiline=True, max_length=10_000)
    internal: Mapped[bool] = field(label=_("Internal note"), default=False)
    sent_at: Mapped[datetime] = field(label=_("Sent"), default=lambda env: env.now, readonly=True)
    attachments: Mapped[list[Attachment]] = many_to_many(label=_("Files"))

    _kept = frozen()
