"""Contacts who may be invited to the portal."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, one_to_many, operation
from tradewright_base.models.partner import Partner

from ..models.invitation import Invitation
from ..services import inviting


class InvitedPartner(Partner, extend=True):
    """A contact with its invitations."""

    invitations: Mapped[list[Invitation]] = one_to_many(inverse="contact", order_by="-id", label=_("Invitations"))

    @operation(label=_("Invite to portal"), permission="b2b_portal.sales")
    @classmethod
    def invite(cls, env: Env, contacts: Sequence[Self]) -> list[Invitation]:
        """Send contacts a link by which they join the portal."""
        return inviting.invite(env, contacts)
