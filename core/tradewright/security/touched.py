"""Which models a statement touches: read off the statement itself, including joins, subqueries and relationships."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from tradewright.orm.info import ModelInfo
    from tradewright.registry.compose import Registry


@dataclass(slots=True)
class Touched:
    """The models of a statement by name, the columns of each that it names, and the models it hides from the guard."""

    models: dict[str, ModelInfo] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def touched(statement: Any, registry: Registry) -> Touched:
    """Read a statement.

    A table that belongs to no model (and links none), or literal SQL, is refused: the guard could not reach it.
    """
    found = Touched()
    links = {table.name for table in registry.links.values()}
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Table):
            _table(element, found.models, links, registry)
        elif isinstance(element, sa.Column):
            table = element.table
            if isinstance(table, sa.Table) and table.name in registry.by_table:
                found.columns.setdefault(registry.by_table[table.name].name, set()).add(element.name)
        elif isinstance(element, sa.TextClause) or getattr(element, "is_literal", False):
            if str(element) not in {"*", "1"}:
                raise _raw(str(element))
        elif isinstance(element, sa.Select):
            _joins(element, found.models)
        elif isinstance(element, sa.Alias) and "parententity" not in element._annotations:  # noqa: SLF001
            # relation.any() of a model on itself: SQLAlchemy gives the inner alias no entity to restrict
            info = registry.by_table.get(getattr(element.element, "name", ""))
            if info is not None:
                found.hidden.add(info.name)
    return found


def _table(table: sa.Table, models: dict[str, ModelInfo], links: set[str], registry: Registry) -> None:
    info = registry.by_table.get(table.name)
    if info is not None:
        models[info.name] = info
    elif table.name not in links:
        raise _raw(table.name)


def _joins(select: sa.Select[Any], models: dict[str, ModelInfo]) -> None:
    """Joins along relationships name their target only by the attribute."""
    for parts in select._setup_joins:  # noqa: SLF001  # SQLAlchemy offers no public way to read a select's joins
        for part in parts[:2]:
            mapper = getattr(getattr(part, "property", None), "mapper", None) or getattr(
                getattr(part, "_annotations", {}).get("parententity"), "mapper", None
            )
            info = getattr(getattr(mapper, "class_", None), "__info__", None)
            if info is not None:
                models[info.name] = info


def _raw(value: str) -> DeveloperError:
    return DeveloperError(
        "orm.raw-sql",
        "a statement names something that the guard cannot reach",
        value=value[:80],
        remedy="build it from select() over env[Model]; tables and literal SQL are for the core only",
    )
