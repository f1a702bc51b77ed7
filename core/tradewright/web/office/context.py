"""What the generic pages know of a unit of work: its views and models, and what its actor may see of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from tradewright.base import Forbidden, NotFound
from tradewright.i18n import _
from tradewright.views import Condition, FieldNode, KnownValues, ViewSet, holds
from tradewright.views.condition import FieldPath, paths_of

if TYPE_CHECKING:
    from tradewright.orm import Actor, Env, FieldInfo, ModelInfo
    from tradewright.orm.operation import OperationInfo

T = TypeVar("T")
Rule = Condition | bool
"""A condition of a view on the record, or a plain truth."""


class _Access(Protocol):
    def may(self, actor: Actor, model: str, operation: str) -> bool: ...

    def readable_fields(self, actor: Actor, info: ModelInfo) -> frozenset[str] | None: ...


class _Composition(Protocol):
    views: ViewSet


class _Site(Protocol):
    access: _Access
    composition: _Composition


@dataclass(slots=True)
class Office:
    """The back office in one unit of work."""

    env: Env

    @property
    def _site(self) -> _Site:
        return cast("_Site", self.env.site)

    @property
    def views(self) -> ViewSet:
        """Return the views of the addon set."""
        return self._site.composition.views

    @property
    def models(self) -> Mapping[str, ModelInfo]:
        """Return the models of the addon set by name."""
        return self.env.site.registry.models

    @property
    def known(self) -> KnownValues:
        """Return what `today`, `me` and the like stand for."""
        return KnownValues.of(self.env)

    def model(self, name: str) -> ModelInfo:
        """Return a model that the actor may read; one they may not read is as one that does not exist."""
        info = self.models.get(name)
        if info is None or not self.may("read", name):
            raise NotFound("office.no-model", _("This page does not exist, or you have no access to it."))
        return info

    def may(self, action: str, model: str) -> bool:
        """Tell whether the actor may create, read, update or delete at least some records of a model."""
        return self._site.access.may(self.env.actor, model, action)

    def reads(self, info: ModelInfo, field: str) -> bool:
        """Tell whether the actor may read a field of a model; nobody reads secrets."""
        if info.fields[field].kind == "secret" or not self.may("read", info.name):
            return False
        allowed = self._site.access.readable_fields(self.env.actor, info)
        return allowed is None or field in allowed or field == "id"

    def reads_path(self, model: str, steps: tuple[FieldInfo, ...]) -> bool:
        """Tell whether the actor may read every field along a path."""
        current: str | None = model
        for step in steps:
            if current is None or not self.reads(self.models[current], step.name):
                return False
            current = step.target
        return True

    def reads_condition(self, model: str, condition: Condition) -> bool:
        """Tell whether the actor may read every field that a condition looks at, so that it gives nothing away."""
        return all(self.reads_path(model, self._steps(model, path)) for path in paths_of(condition))

    def shows(self, model: str, node: FieldNode) -> bool:
        """Tell whether the actor sees a field of a view at all."""
        return self.holds_role(node.roles) and self.reads_path(model, node.steps)

    def holds_role(self, roles: tuple[str, ...]) -> bool:
        """Tell whether the actor has one of the roles that a view asks for; no roles ask for nothing."""
        return not roles or self.env.actor.has(*roles)

    def may_run(self, operation: OperationInfo) -> bool:
        """Tell whether the actor's roles allow an operation."""
        return self.env.actor.has(*operation.permission)

    def visible(self, model: str, condition: Rule, record: Any) -> bool:
        """Tell whether a part of a view is shown for a record; what depends on fields out of sight is not."""
        return self._true_of(model, condition, record, unknown=False)

    def fixed(self, model: str, condition: Rule, record: Any) -> bool:
        """Tell whether a part of a view is read-only for a record; what depends on fields out of sight is."""
        return self._true_of(model, condition, record, unknown=True)

    def _true_of(self, model: str, condition: Rule, record: Any, *, unknown: bool) -> bool:
        if isinstance(condition, bool):
            return condition
        if not self.reads_condition(model, condition):
            return unknown
        return holds(self.models, model, condition, record, self.known)

    def _steps(self, model: str, path: FieldPath) -> tuple[FieldInfo, ...]:
        found: list[FieldInfo] = []
        current = model
        for name in path.names:
            found.append(self.models[current].fields[name])
            current = found[-1].target or ""
        return tuple(found)


def readable(look: Callable[[], T]) -> T | None:
    """Return what `look` finds, or None where the guard forbids it: a page then shows less instead of failing."""
    try:
        return look()
    except Forbidden:
        return None
