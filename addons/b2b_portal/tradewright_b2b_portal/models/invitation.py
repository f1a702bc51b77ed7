"""Invitations to the portal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, choice, field, index, many_to_one, operation, secret, text
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User

from ..services import links


class Invitation(
    Model,
    label=_("Invitation"),
    plural=_("Invitations"),
    title="email",
    order_by="-id",
    search=("email",),
    audit="all",
    company=True,
):
    """A contact is asked to join the portal, by a link that works once and only for the address it was sent to."""

    company_id: Mapped[int]
    contact: Mapped[Partner] = many_to_one(label=_("Contact"), on_delete="cascade", readonly=True)
    contact_id: Mapped[int]
    email: Mapped[str] = text(label=_("E-mail"), readonly=True)
    token_hash: Mapped[str] = secret(label=_("Link"), max_length=64)
    state: Mapped[str] = choice(
        [
            ("sent", _("Sent")),
            ("accepted", _("Accepted")),
            ("revoked", _("Revoked")),
            ("expired", _("Expired")),
        ],
        label=_("State"),
        default="sent",
        readonly=True,
        index=True,
        copy=False,
    )
    expires_at: Mapped[datetime] = field(label=_("Valid until"), readonly=True)
    accepted_at: Mapped[datetime | None] = field(label=_("Accepted at"), readonly=True)
    invited_by: Mapped[User | None] = many_to_one(label=_("Invited by"), readonly=True, index=False)
    invited_by_id: Mapped[int | None]

    _token = index("token_hash")
    _by_contact = index("contact", "state")

    @operation(label=_("Send again"), permission="b2b_portal.sales", states=("sent", "expired"), primary=True)
    @classmethod
    def resend(cls, env: Env, invitations: Sequence[Self]) -> None:
        """Send a new link; the old one no longer works."""
        links.send_again(env, invitations)

    @operation(
        label=_("Revoke"),
        permission="b2b_portal.sales",
        states=("sent",),
        danger=True,
        confirm=_("The link in the mail no longer works."),
    )
    @classmethod
    def revoke(cls, env: Env, invitations: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Take invitations back."""
        for invitation in invitations:
            invitation.state = "revoked"
