"""Roles: which there are on the site, what they imply, and who may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import nearest

from .. import errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tradewright.orm import Env

STAFF = "base.user"
ADMIN = "base.admin"


def effective_roles(env: Env, granted: Iterable[str]) -> frozenset[str]:
    """The roles with all that they imply; an administrator has those that addons mark for administrators too.

    Roles of addons that are not enabled fall away.
    """
    declared = env.site.roles
    found: set[str] = set()
    pending = [name for name in granted if name in declared]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        pending.extend(implied for implied in declared[name].implies if implied in declared)
        if name == ADMIN:
            pending.extend(role.name for role in declared.values() if role.admin)
    return frozenset(found)


def staff_roles(env: Env) -> frozenset[str]:
    """The roles for staff: those that are or imply `base.user`, and what these imply. The others are for the portal."""
    found: set[str] = set()
    for role in env.site.roles:
        effective = effective_roles(env, [role])
        if STAFF in effective:
            found |= effective
    return frozenset(found)


def check_role(env: Env, role: str, kind: str, login: str) -> None:
    """Refuse a role that no enabled addon declares, a staff role for a portal user, and a portal role for staff."""
    declared = env.site.roles
    if role not in declared:
        raise errors.unknown_role(role, nearest(role, declared))
    staff = role in staff_roles(env)
    if kind == "portal" and staff:
        raise errors.staff_role_for_portal_user(role, login)
    if kind == "staff" and not staff:
        raise errors.portal_role_for_staff(role, login)
