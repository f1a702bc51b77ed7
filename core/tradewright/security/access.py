"""Access as data: which role may do what to which model, on which rows and fields.

Every addon (and bridge) says it in `access.toml`. Roles only add, row rules only restrict a grant, and a model
that nobody is granted anything on refuses to install.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError, nearest
from tradewright.orm.access import ROW_RULES, RowRule
from tradewright.registry.collect import Unit, unit_of

if TYPE_CHECKING:
    from tradewright.orm.actor import Actor
    from tradewright.orm.info import ModelInfo
    from tradewright.registry.compose import Registry

OPERATIONS = ("create", "read", "update", "delete")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do to one model. `fields` limits reading to some fields; None means all."""

    role: str
    may: frozenset[str]
    rows: RowRule | None
    fields: frozenset[str] | None
    source: str


class Access:
    """The grants of one addon set."""

    def __init__(self, registry: Registry, roles: Iterable[str], units: Sequence[Unit]) -> None:
        self.registry = registry
        self.roles = frozenset(roles)
        self.grants: dict[str, list[Grant]] = {name: [] for name in registry.models}
        self._known: dict[tuple[frozenset[str], str, str], tuple[Grant, ...]] = {}
        rules = _rules(units)
        for unit in units:
            self._read(unit, rules)
        self._all_declared()
        self._operations_asked()

    def _read(self, unit: Unit, rules: dict[tuple[str, str], RowRule]) -> None:
        file = resources.files(unit.package) / "access.toml"
        if not file.is_file():
            return
        where = f"{unit.package}/access.toml"
        try:
            declared = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise DeveloperError(
                "access.toml",
                "access.toml is not valid TOML",
                addon=unit.addon,
                where=where,
                value=str(error),
                remedy="correct the line that is named",
            ) from error
        for model, grants in declared.items():
            name = self._model(model, unit, where)
            for role, grant in grants.items():
                self.grants[name].append(self._grant(name, role, grant, unit=unit, where=where, rules=rules))

    def _model(self, name: str, unit: Unit, where: str) -> str:
        full = name if "." in name else f"{unit.addon}.{name}"
        if full in self.registry.models:
            return full
        raise DeveloperError(
            "access.model",
            "access is declared for a model that is not on this site",
            addon=unit.addon,
            where=where,
            value=name,
            near=nearest(full, self.registry.models),
            remedy="check the name, or move the declaration to the bridge of the addon that has the model",
        )

    def _operations_asked(self) -> None:
        """Refuse operations that ask for no role, or for one that nobody can have."""
        for info in self.registry.models.values():
            for operation in info.operations.values():
                unknown = [role for role in operation.permission if role not in self.roles]
                if operation.permission and not unknown:
                    continue
                raise DeveloperError(
                    "access.operation",
                    "an operation asks for a role that no addon declares"
                    if unknown
                    else "an operation asks for no role",
                    addon=operation.addon,
                    where=f"{info.name}.{operation.name}",
                    value=unknown[0] if unknown else None,
                    near=nearest(unknown[0], self.roles) if unknown else (),
                    remedy='write permission="addon.role", a role of this addon or of one that it depends on',
                )

    def _grant(
        self, model: str, role: str, said: Any, *, unit: Unit, where: str, rules: dict[tuple[str, str], RowRule]
    ) -> Grant:
        full_role = role if "." in role else f"{unit.addon}.{role}"
        at = f"{where} [{model}.{role}]"
        if full_role not in self.roles:
            raise _wrong(
                "access.role", "no addon declares this role", unit, at, value=role, near=nearest(full_role, self.roles)
            )
        words = said if isinstance(said, str) else said.get("may", "")
        may = frozenset(str(words).split())
        if not may or not may <= set(OPERATIONS):
            value = " ".join(sorted(may - set(OPERATIONS))) or words
            raise _wrong("access.may", "may lists create, read, update, delete", unit, at, value=value, near=OPERATIONS)
        options = {} if isinstance(said, str) else said
        rule = None
        if "rows" in options:
            rule = rules.get((unit.package, options["rows"]))
            if rule is None:
                names = [name for package, name in rules if package == unit.package]
                raise _wrong(
                    "access.rows", "access.py has no such row rule", unit, at, value=options["rows"], near=names
                )
        fields = frozenset(options["fields"]) if "fields" in options else None
        known = self.registry.models[model].fields
        for field in sorted(fields or ()):
            if field not in known:
                raise _wrong(
                    "access.field", "the model has no such field", unit, at, value=field, near=nearest(field, known)
                )
        return Grant(full_role, may, rule, fields, at)

    def _all_declared(self) -> None:
        for name, grants in self.grants.items():
            if not grants:
                info = self.registry.models[name]
                raise DeveloperError(
                    "access.undeclared",
                    "a model has no access declaration, so nobody could use it",
                    addon=info.addon,
                    value=name,
                    where=f"access.toml of {info.addon}",
                    remedy=f'add [{name.rpartition(".")[2]}] with a role and what it may: user = "read"',
                )

    def granted(self, actor: Actor, model: str, operation: str) -> tuple[Grant, ...]:
        """Return the grants that an actor has for an operation on a model; empty means no."""
        key = (actor.roles, model, operation)
        found = self._known.get(key)
        if found is None:
            found = tuple(grant for grant in self.grants[model] if grant.role in actor.roles and operation in grant.may)
            self._known[key] = found
        return found

    def may(self, actor: Actor, model: str, operation: str) -> bool:
        """Tell whether an actor may do an operation on at least some rows of a model."""
        return actor.kind == "system" or bool(self.granted(actor, model, operation))

    def readable_fields(self, actor: Actor, info: ModelInfo) -> frozenset[str] | None:
        """Return the fields an actor may read, or None for all of them."""
        if actor.kind == "system":
            return None
        found: set[str] = set()
        for grant in self.granted(actor, info.name, "read"):
            if grant.fields is None:
                return None
            found |= grant.fields
        return frozenset(found)


def _wrong(code: str, problem: str, unit: Unit, where: str, *, value: object, near: Iterable[str]) -> DeveloperError:
    remedy = "correct it there; what it names has to be of the addon itself or of one it depends on"
    return DeveloperError(code, problem, addon=unit.addon, where=where, value=value, near=near, remedy=remedy)


def _rules(units: Sequence[Unit]) -> dict[tuple[str, str], RowRule]:
    found = {}
    for rule in ROW_RULES:
        unit = unit_of(rule.module, units)
        if unit is not None:
            found[unit.package, rule.name] = rule
    return found
