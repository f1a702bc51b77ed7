"""Who somebody is: the core knows actors, an addon knows the users behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from datetime import datetime

    from tradewright.orm import Actor, Env


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as its row has it, and the actor that its user is now; None where the user is gone or not active."""

    session_id: int
    epoch: int
    last_seen: datetime
    expires: datetime
    language: str | None
    actor: Actor | None


@hookspec(firstresult=True)
def authenticate(env: Env, login: str, password: str) -> Actor | None:
    """Find the user whom a login and a password belong to.

    When: when somebody signs in, with the system's rights, reading only. The caller limits the rate and writes the
        audit.
    Parameters: `env`, the unit of work; `login`, as typed; `password`, in plain text, never to be kept or logged.
    Return: the actor, or None where the login is unknown, the password wrong or the user not active. All three must
        cost the same time, so that nobody learns which logins exist.
    Order: dependency order; the first answer counts. An addon that knows users by other means (a directory, say) goes
        first with `@hookimpl(tryfirst=True)`.
    Since: 0.1
    """


@hookspec(firstresult=True)
def actor_for(env: Env, user_id: int) -> Actor | None:
    """Return the actor that a user is at this moment.

    When: at each request of a signed-in user and at the start of each of their jobs, with the system's rights, reading
        only. It has to be cheap: at most two statements.
    Parameters: `env`, the unit of work; `user_id`, from the session or the job.
    Return: the actor with their effective roles, or None where the user is gone or no longer active.
    Order: dependency order; the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def session_facts(env: Env, session: Any, key_hash: str) -> SessionFacts | None:
    """Read a session together with its user, in one statement.

    When: at each request of a signed-in user, with the system's rights, reading only, if the addon that answers is the
        only one, and the only one that answers `actor_for`. It saves the statement that the framework takes for the
        session before it asks who the user is; whether the session still counts is decided by the framework.
    Parameters: `env`, the unit of work; `session`, the model of sessions: `id`, `user_id`, `key_hash`, `epoch`,
        `last_seen`, `expires`, `language`; `key_hash`, of the key in the cookie.
    Return: the facts, or None where the session or its user is not known here: then the framework looks for itself.
    Order: dependency order; the first answer counts.
    Since: 0.1
    """
