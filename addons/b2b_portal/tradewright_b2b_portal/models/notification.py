"""What buyers are told when they come by."""

from datetime import datetime

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, index, many_to_one, text
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User


class Notification(
    Model, label=_("Notification"), plural=_("Notifications"), title="title", order_by="-id", audit="none"
):
    """One thing that one person is told, in the language it had then; the same is told by mail."""

    user: Mapped[User] = many_to_one(label=_("Buyer"), on_delete="cascade", index=False)
    user_id: Mapped[int]
    customer: Mapped[Partner] = many_to_one(label=_("Customer"), on_delete="cascade")
    customer_id: Mapped[int]
    kind: Mapped[str] = text(label=_("Kind"), max_length=40)
    title: Mapped[str] = text(label=_("Title"), max_length=200)
    body: Mapped[str | None] = text(label=_("Message"), max_length=1_000)
    link: Mapped[str | None] = text(label=_("Link"), max_length=300)
    created_at: Mapped[datetime] = field(label=_("Created"), default=lambda env: env.now, readonly=True)
    read_at: Mapped[datetime | None] = field(label=_("Read"), readonly=True)

    _unread = index("user", "read_at")
