"""Data migrations: changes of many rows, a batch at a time, that go on where they stopped.

Each batch is a transaction of its own, and its row of the journal is written in that same transaction. So a batch and
the note that it is done are either both there or both not, at whatever statement the process was killed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import TableClause

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class DataMigration:
    """A function of a script that moves data. `table` is walked by id, `size` rows at a time; None: it runs once.

    `key` is the id in the function's own statements.
    """

    run: Callable[[Batch], None]
    table: TableClause | None
    key: sa.ColumnElement[int]
    size: int
    frozen: bool

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return self.run.__name__

    @property
    def doc(self) -> str:
        """Return what it does, in a line."""
        return (inspect.getdoc(self.run) or self.name).partition("\n")[0]


def data_migration(
    over: str | TableClause | None = None, *, batch: int = BATCH, frozen: bool = False
) -> Callable[[Callable[[Batch], None]], DataMigration]:
    """Make a function a data migration of its script, run after the `upgrade()` of all scripts.

    `over` is the table whose rows it goes through in the order of their ids, `batch` rows in one transaction. Without
    a table it is called once. With `frozen` the triggers that keep posted records step aside meanwhile.
    """
    table = sa.table(over, sa.column("id", sa.BigInteger)) if isinstance(over, str) else over
    # A script that gives the name alone may have a table object of its own, which must not be joined with ours.
    key = sa.column("id", sa.BigInteger) if table is None or isinstance(over, str) else table.c.id

    def made(function: Callable[[Batch], None]) -> DataMigration:
        return DataMigration(function, table, key, batch, frozen)

    return made


class Batch:
    """The rows that a call of a data migration is about, and the door to the database for it."""

    def __init__(self, connection: Connection, step: DataMigration, first: int, last: int) -> None:
        self._connection = connection
        self._step = step
        self.first = first
        self.last = last

    @property
    def dialect(self) -> str:
        """The database: `postgresql` or `sqlite`."""
        return self._connection.dialect.name

    @property
    def rows(self) -> sa.ColumnElement[bool]:
        """The condition that chooses the rows of this batch, for statements over the migration's own table."""
        return sa.true() if self._step.table is None else self._step.key.between(self.first, self.last)

    def read(self, statement: str | sa.Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return the rows of a SELECT. In plain SQL `:first` and `:last` are the ids that bound the batch."""
        return self._execute(statement, values).all()

    def write(
        self, statement: str | sa.Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> int:
        """Run an INSERT, UPDATE or DELETE, once for each of several sets of values; return how many rows it touched."""
        if values is not None and not values:
            return 0
        return int(self._execute(statement, values).rowcount)

    def _execute(self, statement: str | sa.Executable, values: Any) -> sa.CursorResult[Any]:
        built = sa.text(statement) if isinstance(statement, str) else statement
        if isinstance(built, sa.TextClause):
            bounds = {"first": self.first, "last": self.last}
            names = built.compile().params.keys() & bounds.keys()
            built = built.bindparams(**{name: bounds[name] for name in names})
        result: Any = self._connection.execute(built, values)
        return result  # type: ignore[no-any-return]  # SQLAlchemy promises less than a cursor's result


@dataclass(frozen=True, slots=True)
class DataStep:
    """A data migration that a site has yet to finish.

    `rows_left` is how many rows it has still to go through, None where its table is only made by the upgrade.
    """

    addon: str
    revision: str
    name: str
    doc: str
    table: str | None
    rows_done: int
    rows_left: int | None


def migrations_in(module: object) -> tuple[DataMigration, ...]:
    """Return the data migrations of a script in the order in which they stand there."""
    return tuple(value for value in vars(module).values() if isinstance(value, DataMigration))
