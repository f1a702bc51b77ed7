"""Passwords of users: set, checked, never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright.security.passwords import LEAST_LENGTH, acceptable, hash_password, verify_password

from .. import errors
from ..models.user import User
from .identifiers import normalise_email

if TYPE_CHECKING:
    from tradewright.orm import Env


def set_password(user: User, password: str) -> None:
    """Give a user a new password and end the sessions made with the old one. Raises Invalid for a weak one."""
    if not acceptable(password):
        raise errors.weak_password(LEAST_LENGTH)
    user.password_hash = hash_password(password)
    user.session_epoch = (user.session_epoch or 0) + 1


def check_login(env: Env, login: str, password: str) -> int | None:
    """The number of the active user whom login and password belong to, or None.

    Every answer costs one hash, so that its time does not tell which logins exist. Needs the system's rights.
    """
    user = env[User]
    found = env.execute(
        select(user.id, user.password_hash).where(user.login == normalise_email(login), user.active.is_(True))
    ).first()
    right = verify_password(found[1] if found else None, password)
    return found[0] if found and right else None
