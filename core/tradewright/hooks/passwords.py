"""Passwords and preferences of users: the core asks for what only the addon that keeps the users knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class Credential:
    """What a password reset is bound to: it dies with a change of any of these."""

    user_id: int
    login: str
    email: str
    epoch: int
    password_hash: str | None = field(repr=False)


@hookspec(firstresult=True)
def credential_for(env: Env, login: str) -> Credential | None:
    """Find the active user with a login.

    When: somebody asks for a new password, with the system's rights, reading only.
    Parameters: `env`, the unit of work; `login`, normalised (NFKC, case folded, trimmed).
    Return: the credential, or None where no active user has this login.
    Order: dependency order; the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def credential_of(env: Env, user_id: int) -> Credential | None:
    """Return the credential of an active user.

    When: a link to set a new password is opened, and after a sign-in, with the system's rights, reading only.
    Parameters: `env`, the unit of work; `user_id`, from the link or the session.
    Return: the credential, or None where the user is gone or no longer active.
    Order: dependency order; the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def store_password(env: Env, user_id: int, password_hash: str, changed: bool) -> bool | None:  # noqa: FBT001  # pluggy passes by name
    """Keep the hash of a user's password.

    When: a user has set a new password, or signed in with one whose hash was made with older parameters, with the
        system's rights.
    Parameters: `env`, the unit of work; `user_id`; `password_hash`, as `tradewright.security.passwords` made it;
        `changed`, whether the password itself is another: then the user's epoch is raised, which ends all sessions.
    Return: True when it was kept, None to leave it to the next addon.
    Order: dependency order; the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def mail_password_reset(env: Env, user_id: int, link: str) -> bool | None:
    """Send the link by which a user sets a new password.

    When: a known user has asked for it, with the system's rights, in the transaction that counts the request.
    Parameters: `env`, the unit of work; `user_id`; `link`, absolute, valid for one hour and once.
    Return: True when the mail was queued, None to leave it to the next addon.
    Order: dependency order; the first answer counts.
    Since: 0.1
    """


@hookspec
def language_chosen(env: Env, user_id: int, language: str) -> None:
    """Remember the language that a user wants to read, for mails too.

    When: a signed-in user has chosen a language in the page's menu, with the system's rights.
    Parameters: `env`, the unit of work; `user_id`; `language`, one that the site offers.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """
