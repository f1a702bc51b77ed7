"""Who somebody is: the core knows actors, an addon knows the users behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Actor, Env


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
