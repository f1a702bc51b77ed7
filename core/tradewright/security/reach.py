"""Which tables of a SELECT the rows' conditions reach.

SQLAlchemy adds the condition of a model to the entities that a SELECT names: in its columns, its FROM, its joins and
its WHERE. A table that stands in its FROM without the entity (`env[Model].__table__`, the second model inside one
expression) would be read whole. Here each SELECT of a statement, subqueries and arms of unions included, is asked
for such tables; those that belong to an enclosing SELECT are restricted there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import util


@dataclass(slots=True, frozen=True)
class Scope:
    """The tables (by hash, which a table shares with its annotated copies) of a SELECT that encloses another one."""

    froms: frozenset[int]
    above: Scope | None
    implicit: bool = True

    def holds(self, table: int) -> bool:
        """Tell whether an enclosing SELECT has the table."""
        return table in self.froms or (self.above is not None and self.above.holds(table))


def inside(element: Any, scope: Scope | None) -> Scope | None:
    """Return the scope of what stands inside a FROM: it sees nothing of its neighbours, a CTE nothing at all."""
    if scope is None or isinstance(element, sa.CTE):
        return None
    if isinstance(element, sa.Subquery):
        return scope.above and Scope(scope.above.froms, scope.above.above, implicit=False)
    return scope


def unreached(statement: Any, scope: Scope | None) -> tuple[Scope, list[Any]]:
    """Return the scope that a SELECT, UPDATE or DELETE makes, and its tables and aliases that no condition reaches."""
    if isinstance(statement, sa.Select):
        froms = {hash(one): one for one in tables(statement._iterate_from_elements())}  # noqa: SLF001  # no public way
        missing = {
            key: one
            for key, one in froms.items()
            if scope is None or not _correlated(statement, key, len(froms), scope)
        }
        for entity in _entities(statement) if missing else ():
            missing.pop(hash(entity.selectable), None)
            if not missing:
                break
    else:
        where = [one for criterion in statement._where_criteria for one in criterion._from_objects]  # noqa: SLF001  # as above
        froms = {hash(one): one for one in tables([statement.table, *where])}
        missing = {key: one for key, one in froms.items() if key != hash(statement.table)}
    return Scope(frozenset(froms), scope), list(missing.values())


def tables(froms: Iterable[Any]) -> Iterator[Any]:
    """Yield the tables among FROM elements and their aliases, those within joins included."""
    for one in froms:
        if isinstance(one, sa.Join):
            yield from tables((one.left, one.right))
        elif isinstance(one, sa.Table) or (isinstance(one, sa.Alias) and isinstance(one.element, sa.Table)):
            yield one


def _correlated(select: Any, table: int, count: int, scope: Scope) -> bool:
    """Tell whether a table of a SELECT is left to an enclosing one, by SQLAlchemy's own rules."""
    explicit = select._correlate  # noqa: SLF001  # no public way to read it
    if explicit and scope.holds(table) and any(hash(one) == table for one in explicit):
        return True
    but = select._correlate_except  # noqa: SLF001  # as above
    if but is not None and scope.holds(table) and all(hash(one) != table for one in but):
        return True
    return bool(select._auto_correlate and scope.implicit and count > 1 and table in scope.froms)  # noqa: SLF001  # as above


def _entities(select: Any) -> Iterator[Any]:
    """Yield the entities to which SQLAlchemy adds conditions, the cheapest to find first."""
    for column in select._raw_columns:  # noqa: SLF001  # no public way
        parts = column.get_children() if column._annotations.get("bundle") else (column,)  # noqa: SLF001  # as above
        yield from filter(None, map(_first, parts))
    yield from filter(None, map(_named, select._from_obj))  # noqa: SLF001  # as above
    for memoized in (select, *select._memoized_select_entities):  # noqa: SLF001  # as above
        for join in memoized._setup_joins:  # noqa: SLF001  # as above
            yield from _joined(join)
    for criterion in select._where_criteria:  # noqa: SLF001  # as above
        yield from filter(None, map(_named, util.surface_expressions(criterion)))  # type: ignore[no-untyped-call]


def _named(element: Any) -> Any:
    return element._annotations.get("parententity")  # noqa: SLF001  # as above


def _first(column: Any) -> Any:
    """Return the one entity of a column that SQLAlchemy minds: the first that its expression names."""
    return _named(column) or util.extract_first_column_annotation(column, "parententity")  # type: ignore[no-untyped-call]


def _joined(join: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the entities that a join brings in: its target, or the other side of its relationship."""
    for part in join[:2]:
        mapper = getattr(getattr(part, "property", None), "mapper", None)
        entity = getattr(part, "_of_type", None) or mapper or (part is not None and _named(part))
        if entity and hasattr(entity, "selectable"):
            yield entity
