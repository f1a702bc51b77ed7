"""What base answers the framework: who signs in, which number comes next, what a new site starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.hooks import Credential, DemoLogin, SampleUser, SessionFacts, UserLine, hookimpl

from .services import accounts, actors, numbering, start, users

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tradewright.orm import Actor, Env


@hookimpl
def authenticate(env: Env, login: str, password: str) -> Actor | None:
    """Sign in by the login and password of a user."""
    user_id = users.check_login(env, login, password)
    return None if user_id is None else actors.find_actor(env, user_id)


@hookimpl
def actor_for(env: Env, user_id: int) -> Actor | None:
    """Look the user up with its roles and its customer."""
    return actors.find_actor(env, user_id)


@hookimpl
def session_facts(env: Env, session: Any, key_hash: str) -> SessionFacts | None:
    """Look a session up with its user, the roles and the customer."""
    return actors.find_session(env, session, key_hash)


@hookimpl
def credential_for(env: Env, login: str) -> Credential | None:
    """Look up by login what a password link is bound to."""
    return users.find_credential(env, login=login)


@hookimpl
def credential_of(env: Env, user_id: int) -> Credential | None:
    """Look up by number what a password link is bound to."""
    return users.find_credential(env, user_id=user_id)


@hookimpl
def store_password(env: Env, user_id: int, password_hash: str, changed: bool) -> bool:  # noqa: FBT001  # the hook's words
    """Keep the hash with the user."""
    users.keep_password(env, user_id, password_hash, changed=changed)
    return True


@hookimpl
def mail_password_reset(env: Env, user_id: int, link: str) -> bool:
    """Send the link to the user's address."""
    users.mail_reset_link(env, user_id, link)
    return True


@hookimpl
def language_chosen(env: Env, user_id: int, language: str) -> None:
    """Keep the language with the user, for mails too."""
    users.keep_language(env, user_id, language)


@hookimpl
def list_users(env: Env) -> list[UserLine]:
    """List all users."""
    return accounts.listing(env)


@hookimpl
def create_user(env: Env, login: str, name: str, password: str, roles: Sequence[str]) -> int:
    """Make a member of staff."""
    return accounts.create(env, login, name, password, roles)


@hookimpl
def sample_user(env: Env, kind: str, name: str) -> SampleUser:
    """Make a member of staff, or a customer with a person who has a login."""
    from .services.samples import make_user  # for checks only

    return make_user(env, kind, name)


@hookimpl
def set_password(env: Env, login: str, password: str) -> bool | None:
    """Give a user another password."""
    return accounts.reset_password(env, login, password)


@hookimpl
def set_active(env: Env, login: str, active: bool) -> bool | None:  # noqa: FBT001  # the hook's words
    """Let a user sign in, or no longer."""
    return accounts.switch(env, login, active=active)


@hookimpl
def allocate_numbers(env: Env, series: str, count: int) -> list[str]:
    """Take numbers from `Series`."""
    return numbering.allocate(env, series, count)


@hookimpl
def site_installed(env: Env) -> None:
    """Bring countries, currencies and the first company."""
    start.start(env)


@hookimpl
def demo_data(env: Env, today: date) -> None:  # noqa: ARG001  # the wholesaler's people don't depend on the day
    """Make the wholesaler with its customers and staff."""
    from . import demo  # only for demonstrations

    demo.write(env)


@hookimpl
def demo_logins(env: Env) -> Sequence[DemoLogin]:
    """Name the staff of the wholesaler."""
    from . import demo  # only for demonstrations

    return demo.logins(env)
