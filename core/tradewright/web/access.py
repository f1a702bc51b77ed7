"""Who may call a route: roles, all staff, anybody signed in, or the public with a reason. There is no other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tradewright.base import DeveloperError
from tradewright.orm.actor import Actor


@dataclass(frozen=True, slots=True)
class Access:
    """An access declaration; `roles` are `addon.role`, of which one is enough."""

    kind: Literal["roles", "staff", "signed_in", "public"]
    roles: tuple[str, ...] = ()
    reason: str = ""
    signed: bool = False

    def admits(self, actor: Actor) -> bool:
        """Tell whether the actor may call the route."""
        if self.kind == "public":
            return True
        if actor.kind == "anonymous":
            return False
        if self.kind == "staff":
            return actor.kind in {"staff", "system"}
        return self.kind == "signed_in" or actor.has(*self.roles)


def staff() -> Access:
    """Admit the company's own people; what each may see is up to the guard (the generic pages of the back office)."""
    return Access("staff")


def signed_in() -> Access:
    """Admit whoever has signed in, staff or portal user."""
    return Access("signed_in")


def public(*, reason: str, signed: bool = False) -> Access:
    """Admit everybody; `reason` says why that is safe and is listed for the administrator.

    `signed` is for programs that call us: the handler proves who calls by what stands in `request.received`, the
    body as it came, and a header. Cookies count for nothing there, so no other site can forge such a call.
    """
    if not reason.strip():
        raise DeveloperError(
            "web.public-without-reason",
            "A public route needs a reason.",
            remedy='Write public(reason="..."), or name the roles that may call the route.',
        )
    return Access("public", reason=reason, signed=signed)


def read_access(declared: tuple[str, ...] | Access | None, where: str) -> Access:
    """Turn what stands at the route into an `Access`; nothing at all is a `DeveloperError`."""
    if isinstance(declared, Access):
        return declared
    if not declared or not isinstance(declared, tuple):
        raise DeveloperError(
            "web.route-without-access",
            "A route declares no access, so nobody could ever be allowed to call it.",
            where=where,
            value=declared,
            remedy='Add access=("addon.role",), access=signed_in() or access=public(reason="...").',
        )
    return Access("roles", roles=tuple(declared))
