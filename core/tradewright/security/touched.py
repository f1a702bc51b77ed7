"""Which models a statement touches: read off the statement itself, including joins, subqueries and relationships."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.base import DeveloperError
from tradewright.security.reach import Scope, inside, tables, unreached

if TYPE_CHECKING:
    from tradewright.orm.info import ModelInfo
    from tradewright.registry.compose import Registry

_STATEMENTS = (sa.Select, sa.Update, sa.Delete)


@dataclass(slots=True)
class Touched:
    """The models of a statement by name, the columns of each that it names, and the models it hides from the guard."""

    models: dict[str, ModelInfo] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def touched(statement: Any, registry: Registry) -> Touched:
    """Read a statement.

    A table that belongs to no model (and links none), a model's table without the model, wherever it stands, and
    literal SQL are refused: the guard could not reach them.
    """
    found = Touched()
    links = {table.name for table in registry.links.values()}
    waiting: deque[tuple[Any, Scope | None]] = deque([(statement, None)])
    while waiting:
        element, scope = waiting.popleft()
        if isinstance(element, sa.Column):
            info = _info(element.table, registry)
            if info is not None:
                found.columns.setdefault(info.name, set()).add(element.name)
            continue
        if isinstance(element, sa.Table):
            _table(element, found.models, links, registry)
        elif isinstance(element, _STATEMENTS):
            scope, missing = unreached(element, scope)
            for table in missing:
                _missed(table, found, registry)
            if isinstance(element, sa.Select):
                _joins(element, found, registry)
        elif isinstance(element, sa.AliasedReturnsRows):
            scope = inside(element, scope)
        else:
            _literal(element)
        waiting.extend((child, scope) for child in element.get_children())
    return found


def _missed(table: Any, found: Touched, registry: Registry) -> None:
    """A table without its model is refused; an alias is hidden: `relation.any()` of a model on itself has one."""
    info = _info(table, registry)
    if info is not None and isinstance(table, sa.Alias):
        found.hidden.add(info.name)
    elif info is not None:
        raise _raw(table.name)


def _info(table: Any, registry: Registry) -> ModelInfo | None:
    """Return the model of a table or of an alias of it."""
    if isinstance(table, sa.Alias):
        table = table.element
    return registry.by_table.get(getattr(table, "name", ""))


def _literal(element: Any) -> None:
    literal = isinstance(element, sa.TextClause) or getattr(element, "is_literal", False)
    if literal and str(element) not in {"*", "1"}:
        raise _raw(str(element))


def _table(table: sa.Table, models: dict[str, ModelInfo], links: set[str], registry: Registry) -> None:
    info = registry.by_table.get(table.name)
    if info is not None:
        models[info.name] = info
    elif table.name not in links:
        raise _raw(table.name)


def _joins(select: sa.Select[Any], found: Touched, registry: Registry) -> None:
    """Joins along relationships name their target only by the attribute; a joined alias keeps the rule of its model."""
    for parts in select._setup_joins:  # noqa: SLF001  # SQLAlchemy offers no public way to read a select's joins
        for part in parts[:3]:
            if isinstance(part, sa.FromClause) and "parententity" not in part._annotations:  # noqa: SLF001  # as above
                for table in tables((part,)):
                    _missed(table, found, registry)
            mapper = getattr(getattr(part, "property", None), "mapper", None) or getattr(
                getattr(part, "_annotations", {}).get("parententity"), "mapper", None
            )
            info = getattr(getattr(mapper, "class_", None), "__info__", None)
            if info is not None:
                found.models[info.name] = info
                if _aliased(part):
                    found.hidden.add(info.name)


def _aliased(part: Any) -> bool:
    """Tell whether a join's target is an alias: SQLAlchemy adds the rows' condition to ON without adapting it."""
    entity = getattr(part, "_of_type", None) or getattr(part, "_annotations", {}).get("parententity")
    return bool(getattr(entity, "is_aliased_class", False)) and (
        isinstance(part, sa.Alias) or getattr(part, "_of_type", None) is not None
    )


def _raw(value: str) -> DeveloperError:
    return DeveloperError(
        "orm.raw-sql",
        "a statement names something that the guard cannot reach",
        value=value[:80],
        remedy="build it from select() over env[Model]; tables and literal SQL are for the core only",
    )
