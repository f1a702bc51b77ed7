"""How the values of a column become those of another type, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.base import DeveloperError
from tradewright.migrations.kinds import source_of
from tradewright.orm.types import Exact, Json, Moment

if TYPE_CHECKING:
    from tradewright.migrations.operations import Dialect

Type = sa.types.TypeEngine[Any]
_SCALED = (Exact, sa.Integer)


def conversion(place: str, old: Type, new: Type, dialect: Dialect, using: str | None) -> str | None:
    """Return the SQL that makes the new values of a `table.column`; None where the database's own cast does.

    Types that mean something else on the two databases are refused where no `using` says how.
    """
    if using is not None:
        return using
    column = place.rpartition(".")[2]
    if dialect == "postgresql":
        return _cast(column, old, new)
    if isinstance(old, _SCALED) and isinstance(new, _SCALED):
        return _rescaled(f'"{column}"', _scale(old), _scale(new))
    own = tuple(kind for kind in (Exact, Moment, Json) if isinstance(old, kind) != isinstance(new, kind))
    if own:
        raise DeveloperError(
            "migrations.no-conversion",
            f"SQLite stores {own[0].__name__} in a way of its own, and no plain cast leads there",
            where=f"op.change_type of {place}",
            value=f"{source_of(old)} to {source_of(new)}",
            remedy='say how: using={"postgresql": "...", "sqlite": "..."}',
        )
    return None


def _cast(column: str, old: Type, new: Type) -> str | None:
    """PostgreSQL casts by itself where that can't fail; else it wants to hear it."""
    if isinstance(old, sa.String) and isinstance(new, sa.String):
        return None
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return f'"{column}"::{new.compile(dialect)}'


def _scale(kind: Type) -> int:
    return kind.scale if isinstance(kind, Exact) else 0


def _rescaled(column: str, old: int, new: int) -> str | None:
    """Integers of the smallest unit, in integer arithmetic; PostgreSQL's NUMERIC rounds half away from zero, too."""
    if new == old:
        return None
    if new > old:
        return f"{column} * {10 ** (new - old)}"
    unit = 10 ** (old - new)
    return f"({column} + CASE WHEN {column} < 0 THEN {-unit // 2} ELSE {unit // 2} END) / {unit}"
