"""Users for checks of a site: one with every role of the staff, customers with one person each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks import SampleUser

from ..models.partner import Partner
from ..models.user import User, UserRole
from .roles import staff_roles

if TYPE_CHECKING:
    from tradewright.orm import Env


def make_user(env: Env, kind: str, name: str) -> SampleUser:
    """Make a user with every role that the kind may have; one of the portal gets a customer of its own."""
    staff = staff_roles(env)
    roles = staff if kind == "staff" else frozenset(env.site.roles) - staff
    user = env[User](
        kind=kind,
        login=f"{name}@sample.example",
        name=name.capitalize(),
        company=env.company,
        roles=[env[UserRole](role=role) for role in sorted(roles)],
    )
    if kind == "portal":
        account = env.add(env[Partner](name=f"{name.capitalize()} Ltd"))
        env.flush()
        user.partner = env.add(env[Partner](kind="contact", parent=account, name=name.capitalize(), email=user.login))
    env.add(user)
    env.flush()
    if user.partner is None:
        return SampleUser(user.id)
    account = user.partner.account
    return SampleUser(
        user.id, (("base.Partner", account.id), ("base.User", user.id), ("base.Partner", user.partner.id))
    )
