"""Passwords of users: set, checked, never kept."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tradewright.hooks import Credential
from tradewright.i18n import _
from tradewright.jobs import send_mail
from tradewright.orm import select
from tradewright.security.passwords import LEAST_LENGTH, acceptable, hash_password, verify_password

from .. import errors
from ..models.partner import Partner
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


def find_credential(env: Env, *, login: str | None = None, user_id: int | None = None) -> Credential | None:
    """The credential of an active user, found by login or number. Needs the system's rights."""
    user, contact = env[User], env[Partner]
    wanted = user.id == user_id if login is None else user.login == normalise_email(login)
    row = env.execute(
        select(user.id, user.login, user.session_epoch, user.password_hash, contact.email)
        .outerjoin(contact, contact.id == user.partner_id)
        .where(wanted, user.active.is_(True))
    ).first()
    if row is None:
        return None
    return Credential(row.id, row.login, row.email or row.login, row.session_epoch, row.password_hash)


def keep_password(env: Env, user_id: int, password_hash: str, *, changed: bool) -> None:
    """Store a hash; another password ends the sessions made with the old one. Needs the system's rights."""
    user = env.one(User, user_id)
    user.password_hash = password_hash
    if changed:
        user.session_epoch = (user.session_epoch or 0) + 1
    env.flush()


def mail_reset_link(env: Env, user_id: int, link: str) -> None:
    """Send the link to set a new password to the user's address. Needs the system's rights."""
    user = env.one(User, user_id)
    address = (user.partner.email if user.partner else None) or user.login
    language = user.language or env.language
    send_mail(
        env,
        to=address,
        subject=_("Set a new password"),
        key=f"password-reset:{sha256(link.encode()).hexdigest()[:40]}",
        template="mail/password_reset.html",
        data={
            "name": user.name,
            "action": {"label": env.site.catalog(language).translate(_("Set the password")), "url": link},
        },
        language=language,
        confidential=True,
    )


def keep_language(env: Env, user_id: int, language: str) -> None:
    """Remember the language that a user has chosen. Needs the system's rights."""
    env.update_where(User, env[User].id == user_id, values={"language": language})
