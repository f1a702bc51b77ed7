"""`op`: what a script may do to tables, the same words on both databases.

Only what widens: the old columns stay until the data migrations are through, and what no addon declares any more is
parked by the comparison that follows. Constraints, indexes and triggers follow by the comparison, too.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql.elements import conv

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from tradewright.migrations.backends import Backend

Dialect = Literal["postgresql", "sqlite"]
_backend: ContextVar[Backend | None] = ContextVar("tradewright_migration", default=None)


class Op:
    """The operations of the script that is running."""

    @staticmethod
    def f(name: str) -> str:
        """Mark a name as final: no convention is applied to it."""
        return conv(name)

    @property
    def dialect(self) -> Dialect:
        """The database that the script runs on."""
        return _running().dialect

    def create_table(self, table: str, *items: sa.Column[Any] | sa.Constraint) -> None:
        """Make a table, for data migrations to fill. Its checks and indexes are added by the comparison."""
        _running().create_table(table, items)

    def add_column(self, table: str, column: sa.Column[Any], *, fill: object = None) -> None:
        """Add a column that may be empty; `fill` is the value that the existing rows get at once.

        A required field becomes NOT NULL, and a relation gets its foreign key, after the data migrations.
        """
        _running().add_column(table, sa.Column(column.name, column.type), fill)

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Give a column another name; its values stay."""
        _running().rename_column(table, old, new)

    def rename_table(self, old: str, new: str) -> None:
        """Give a table another name; its rows and their ids stay, and foreign keys follow."""
        _running().rename_table(old, new)

    def change_type(
        self,
        table: str,
        column: str,
        old: sa.types.TypeEngine[Any],
        new: sa.types.TypeEngine[Any],
        *,
        using: str | Mapping[Dialect, str] | None = None,
    ) -> None:
        """Give a column another type. `using` is the SQL that makes the new value, where a plain cast does not.

        Between exact numbers of different scale, and from integers to them, the values are converted exactly; a
        smaller scale rounds half away from zero.
        """
        expression = using if isinstance(using, str) else (using or {}).get(self.dialect)
        _running().change_type(table, column, old, new, expression)

    def execute(self, statement: str | sa.Executable, *, only: Dialect | None = None) -> None:
        """Run one statement, on one of the databases only where `only` says so.

        It runs in the transaction that changes the tables: what takes long is a data migration.
        """
        if only is None or only == self.dialect:
            _running().execute(sa.text(statement) if isinstance(statement, str) else statement)


op = Op()


def _running() -> Backend:
    backend = _backend.get()
    if backend is None:
        raise DeveloperError(
            "migrations.not-running",
            "op works only while a migration script is run",
            remedy="call it inside upgrade(); tradewright addon upgrade runs that",
        )
    return backend


@contextmanager
def on(backend: Backend) -> Generator[None]:
    """Let `op` act on this inside the block."""
    token = _backend.set(backend)
    try:
        yield
    finally:
        _backend.reset(token)


def one_line(text: object) -> str:
    """Write a statement as one line without its semicolon."""
    return re.sub(r"\s*\n\s*", " ", str(text).strip()).rstrip("; ")
