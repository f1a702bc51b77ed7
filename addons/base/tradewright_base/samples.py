"""Valid records for the rules of conformance, where a model needs more than its fields tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.orm import Env


def user_role(env: Env, number: int) -> dict[str, str]:
    """A role that there is, another one with each number."""
    from .services.roles import staff_roles

    roles = sorted(staff_roles(env))
    return {"role": roles[number % len(roles)]}


SAMPLES = {"UserRole": user_role}
