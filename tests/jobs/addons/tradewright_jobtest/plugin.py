"""Knows one user."""

from tradewright.hooks import hookimpl
from tradewright.orm import Actor, Env


@hookimpl
def actor_for(env: Env, user_id: int) -> Actor | None:  # noqa: ARG001 - the specification's
    """Return the tester with the id 7; there is nobody else."""
    if user_id != 7:
        return None
    return Actor(kind="staff", user_id=7, name="Tester", roles=frozenset({"jobtest.user"}), language="de")
