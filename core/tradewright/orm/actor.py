"""The actor: who acts in a unit of work. Rights are data on it; nothing is looked up behind the caller's back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a user of the company, a buyer of a customer, the system, or nobody in particular.

    `roles` are effective (implied ones included), as `addon.role`. `customer_id` and `contact_id` are set for
    portal users only; `company_ids` are the companies whose records the actor may touch.
    """

    kind: Literal["staff", "portal", "system", "anonymous"]
    user_id: int | None = None
    name: str = ""
    login: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    company_ids: tuple[int, ...] = ()
    customer_id: int | None = None
    contact_id: int | None = None
    language: str = "en"
    epoch: int = 0

    def has(self, *roles: str) -> bool:
        """Tell whether the actor holds at least one of the roles; the system holds all."""
        return self.kind == "system" or any(role in self.roles for role in roles)


SYSTEM = Actor(kind="system", name="System")
ANONYMOUS = Actor(kind="anonymous", name="Anonymous")
