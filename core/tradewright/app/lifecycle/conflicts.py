"""What two addons of a set both claim, or both change without an order that either of them chose.

Most collisions can't be composed at all: a field, column, table, constraint, route or view id that is taken raises
while the set is composed, the later addon is set aside, and its fault is told here, too. The rest would compose, and
one of the two would silently have no effect, or an effect that hangs on the alphabet: that is what is looked for here.

A conflict is `blocking` where one of the addons would lose what it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.app.lifecycle.claims import claims
from tradewright.app.lifecycle.conflict import Conflict
from tradewright.app.lifecycle.overrides import overrides

if TYPE_CHECKING:
    from tradewright.app.composition import Composition

COLLISIONS = frozenset(
    {
        "addons.found-twice",
        "hooks.arguments",
        "hooks.async",
        "hooks.specified-twice",
        "hooks.unknown",
        "hooks.wrapper",
        "jobs.twice",
        "registry.column-twice",
        "registry.constraint-twice",
        "registry.extends-missing",
        "registry.field-twice",
        "registry.frozen-parent",
        "registry.more-choices",
        "registry.no-column",
        "registry.no-field",
        "registry.no-target",
        "registry.operation-twice",
        "registry.table-twice",
        "registry.total",
        "verify.twice",
        "views.dependency",
        "views.duplicate",
        "views.path",
        "views.reference",
        "views.slot",
        "web.endpoint-twice",
        "web.no-page",
        "web.route-conflict",
        "web.unknown-role",
    }
)
"""The codes of faults that two addons have with each other, or one with what it builds on."""


def find_conflicts(composition: Composition) -> tuple[Conflict, ...]:
    """Return the conflicts of an addon set, those that block first."""
    faults = [fault for fault in (*composition.addons.problems, *composition.view_faults) if fault.code in COLLISIONS]
    found = [
        *(Conflict.of(fault) for fault in dict.fromkeys(faults)),
        *claims(composition),
        *overrides(composition),
    ]
    return tuple(sorted(found, key=lambda one: (not one.blocking, one.code, one.addons, str(one.value))))


__all__ = ["Conflict", "find_conflicts"]
