"""Operations of ours in Alembic's renderer: how they are written into a script."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrateOperation

from tradewright.migrations.kinds import TYPES, source_of

Type = sa.types.TypeEngine[Any]
WORDS = frozenset({"Column", "Exact", "ID", "JSON", "Moment", "String", "Text", "op"}) | {
    word.__name__ for word in (*TYPES, sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint, sa.UniqueConstraint)
}
"""What a drafted script may have to import from `tradewright.migrations`."""


class Remark(MigrateOperation):
    """Lines of a comment."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines


class AddColumn(MigrateOperation):
    """A column that is added, and the value that existing rows get."""

    def __init__(self, table: str, column: str, kind: Type, fill: object) -> None:
        self.table = table
        self.column = column
        self.kind = kind
        self.fill = fill


class ChangeType(MigrateOperation):
    """Another type of a column."""

    def __init__(self, table: str, column: str, old: Type, new: Type) -> None:
        self.table = table
        self.column = column
        self.old = old
        self.new = new


@renderers.dispatch_for(Remark)
def _remark(_context: AutogenContext, remark: Remark) -> list[str]:
    return [f"# {line}" for line in remark.lines]


@renderers.dispatch_for(AddColumn)
def _add_column(_context: AutogenContext, added: AddColumn) -> str:
    fill = "" if added.fill is None else f", fill={added.fill!r}"
    return f"op.add_column({added.table!r}, Column({added.column!r}, {source_of(added.kind)}){fill})"


@renderers.dispatch_for(ChangeType)
def _change_type(_context: AutogenContext, change: ChangeType) -> str:
    return f"op.change_type({change.table!r}, {change.column!r}, {source_of(change.old)}, {source_of(change.new)})"


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write types by the names under which scripts import them; all else is Alembic's."""
    return source_of(item) if kind == "type" else False
