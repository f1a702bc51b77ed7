"""Users as the command line handles them: listed, made, given a password, kept from signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks import UserLine
from tradewright.orm import select

from .. import errors
from ..models.company import Company
from ..models.user import User, UserRole
from .identifiers import normalise_email
from .users import set_password

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env


def listing(env: Env) -> list[UserLine]:
    """All users by login, with the roles they were given."""
    return [
        UserLine(user.id, user.login, user.name, user.kind, user.active, tuple(given.role for given in user.roles))
        for user in env.all(select(env[User]).order_by(env[User].login))
    ]


def create(env: Env, login: str, name: str, password: str, roles: Sequence[str]) -> int:
    """Make a member of staff of the first company and return its number."""
    wanted = normalise_email(login)
    if find(env, wanted) is not None:
        raise errors.login_taken(wanted)
    user = env[User](
        login=wanted,
        name=name,
        company=env.scalar(select(env[Company]).order_by(env[Company].id).limit(1)),
        roles=[env[UserRole](role=role) for role in roles],
    )
    set_password(user, password)
    env.add(user)
    env.flush()
    return user.id


def reset_password(env: Env, login: str, password: str) -> bool | None:
    """Give a user another password; None where there is no such user."""
    user = find(env, normalise_email(login))
    if user is None:
        return None
    set_password(user, password)
    return True


def switch(env: Env, login: str, *, active: bool) -> bool | None:
    """Let a user sign in, or no longer; None where there is no such user."""
    user = find(env, normalise_email(login))
    if user is None:
        return None
    user.active = active
    user.session_epoch += 1
    return True


def find(env: Env, login: str) -> User | None:
    """The user with a login, also one that is not active."""
    return env.scalar(select(env[User]).where(env[User].login == login))
