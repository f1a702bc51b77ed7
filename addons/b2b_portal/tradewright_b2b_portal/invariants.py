"""What must always be true of the portal; `tradewright verify` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tradewright.orm import func, select
from tradewright.registry import invariant
from tradewright_base.models.user import User

from .models.cart import Cart
from .models.invitation import Invitation

if TYPE_CHECKING:
    from tradewright.orm import Env


@invariant("b2b_portal.carts_of_buyers")
def carts_of_buyers(env: Env) -> Iterator[str]:
    """Only portal users have carts."""
    cart, user = env[Cart], env[User]
    for row in env.execute(
        select(cart.id, user.login).join(user, user.id == cart.user_id).where(user.kind != "portal")
    ):
        yield f"cart {row[0]} of {row[1]}"


@invariant("b2b_portal.one_open_invitation")
def one_open_invitation(env: Env) -> Iterator[str]:
    """A contact has at most one link that works."""
    invitation = env[Invitation]
    rows = env.execute(
        select(invitation.contact_id, func.count(invitation.id))
        .where(invitation.state == "sent")
        .group_by(invitation.contact_id)
        .having(func.count(invitation.id) > 1)
    )
    for contact_id, count in rows:
        yield f"contact {contact_id}: {count} open invitations"
