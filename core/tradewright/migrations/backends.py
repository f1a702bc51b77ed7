"""What stands behind `op`: Alembic on either database, or a list of what would be done."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from tradewright.migrations.conversions import conversion
from tradewright.migrations.kinds import source_of
from tradewright.migrations.operations import Dialect, one_line

if TYPE_CHECKING:
    from alembic.operations import Operations
    from sqlalchemy.engine import Connection

Type = sa.types.TypeEngine[Any]
Items = Sequence[sa.Column[Any] | sa.Constraint]


class Backend(Protocol):
    """Carries out, writes down or tells what `op` was asked for."""

    @property
    def dialect(self) -> Dialect:
        """The database."""
        ...

    def create_table(self, table: str, items: Items) -> None:
        """Make a table."""

    def add_column(self, table: str, column: sa.Column[Any], fill: object) -> None:
        """Add a column, and fill it in all rows unless `fill` is None."""

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Rename a column."""

    def rename_table(self, old: str, new: str) -> None:
        """Rename a table."""

    def change_type(self, table: str, column: str, old: Type, new: Type, using: str | None) -> None:
        """Change the type of a column."""

    def execute(self, statement: sa.Executable) -> None:
        """Run a statement."""


def filled(table: str, column: sa.Column[Any], fill: object) -> sa.Update:
    """Return the statement that gives all rows a value."""
    return sa.update(sa.table(table, sa.column(column.name, column.type))).values({column.name: fill})


class Postgresql:
    """Collects the SQL of a script, which Alembic writes without a connection: what is shown is what is run."""

    dialect: Dialect = "postgresql"

    def __init__(self) -> None:
        self.statements: list[str] = []

    def write(self, text: str) -> None:
        """Take a statement from Alembic, which believes this to be a file."""
        statement = text.strip().removesuffix(";")
        if statement:
            self.statements.append(statement)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    @cached_property
    def _alembic(self) -> Operations:
        from alembic.migration import MigrationContext
        from alembic.operations import Operations
        from sqlalchemy.dialects import postgresql

        dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        return Operations(
            MigrationContext.configure(
                dialect=dialect, opts={"as_sql": True, "literal_binds": True, "output_buffer": self}
            )
        )

    def create_table(self, table: str, items: Items) -> None:
        """Make a table."""
        self._alembic.create_table(table, *items)

    def add_column(self, table: str, column: sa.Column[Any], fill: object) -> None:
        """Add a column, and fill it in all rows unless `fill` is None."""
        self._alembic.add_column(table, column)
        if fill is not None:
            self._lay_down_triggers(table)
            self.execute(filled(table, column, fill))

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Rename a column. The triggers that know it by its old name go; the comparison makes them anew."""
        self._lay_down_triggers(table)
        self._alembic.alter_column(table, old, new_column_name=new)

    def rename_table(self, old: str, new: str) -> None:
        """Rename a table with the sequence of its ids and its primary key."""
        self._lay_down_triggers(old)
        self._alembic.rename_table(old, new)
        quote = self._alembic.get_context().dialect.identifier_preparer.quote
        for kind, name in (("SEQUENCE", "{}_id_seq"), ("INDEX", "pk_{}")):
            was, becomes = (quote(name.format(each)) for each in (old, new))
            self.write(f"ALTER {kind} IF EXISTS {was} RENAME TO {becomes}")

    def change_type(self, table: str, column: str, old: Type, new: Type, using: str | None) -> None:
        """Change a type. The checks and triggers that compare the column go; the comparison makes them anew."""
        self._lay_down_triggers(table)
        self.write(_DROP_CHECKS.format(table=_literal(table), column=_literal(column)))
        change = conversion(f"{table}.{column}", old, new, "postgresql", using)
        self._alembic.alter_column(table, column, type_=new, existing_type=old, postgresql_using=change)

    def execute(self, statement: sa.Executable) -> None:
        """Write a statement with its values."""
        self._alembic.execute(statement)

    def _lay_down_triggers(self, table: str) -> None:
        self.write(_DROP_TRIGGERS.format(table=_literal(table), named=_literal(rf"\m{table}\M")))


# Both run inside the schema of the site, whose search path leads there and nowhere else.
_DROP_TRIGGERS = """DO $$ DECLARE found record; BEGIN
FOR found IN SELECT t.tgname, t.tgrelid::regclass AS place FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
AND t.tgname LIKE 'tw\\_%' AND (c.relname = {table} OR p.prosrc ~ {named})
LOOP EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.place); END LOOP; END $$"""
_DROP_CHECKS = """DO $$ DECLARE found record; BEGIN
FOR found IN SELECT k.conname, c.oid::regclass AS place FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
WHERE c.relnamespace = current_schema()::regnamespace AND k.contype = 'c'
AND c.relname = {table} AND a.attname = {column}
LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.place, found.conname); END LOOP; END $$"""


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Sqlite:
    """Alembic on a connection to an SQLite file: what SQLite can't alter is written anew by a batch."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def _alembic(self) -> Operations:
        from alembic.migration import MigrationContext
        from alembic.operations import Operations

        return Operations(MigrationContext.configure(self.connection))

    def _run(self, sql: str) -> Any:
        return self.connection.exec_driver_sql(sql)

    def _quote(self, name: str) -> str:
        return self.connection.dialect.identifier_preparer.quote(name)

    def create_table(self, table: str, items: Items) -> None:
        """Make a table."""
        self._alembic.create_table(table, *items)

    def add_column(self, table: str, column: sa.Column[Any], fill: object) -> None:
        """Add a column, and fill it in all rows unless `fill` is None."""
        self._alembic.add_column(table, column)
        if fill is not None:
            self._lay_down_triggers(table)
            self.execute(filled(table, column, fill))

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Rename a column; SQLite corrects triggers, indexes and checks."""
        self._alembic.execute(
            f"ALTER TABLE {self._quote(table)} RENAME COLUMN {self._quote(old)} TO {self._quote(new)}"
        )

    def rename_table(self, old: str, new: str) -> None:
        """Rename a table, also where other tables refer to it, which SQLite calls the new way of doing that."""
        with self._pragma("legacy_alter_table", "OFF"):
            self._alembic.rename_table(old, new)

    def change_type(self, table: str, column: str, old: Type, new: Type, using: str | None) -> None:
        """Write the table anew with another type, without its checks; the comparison makes those anew.

        SQLite bends values to the type of their column: texts are converted before, all others after the change.
        """
        change = conversion(f"{table}.{column}", old, new, "sqlite", using)
        update = f"UPDATE {self._quote(table)} SET {self._quote(column)} = {change}" if change else None  # noqa: S608  # a script's own words
        before = isinstance(old, sa.String)
        with self._pragma("ignore_check_constraints", "ON"), self._pragma("legacy_alter_table", "ON"):
            self._lay_down_triggers(table)
            if update and before:
                self._alembic.execute(sa.text(update))
            checks = [
                str(each["name"])
                for each in sa.inspect(self.connection).get_check_constraints(table)
                if each["name"] and column in each["sqltext"]
            ]
            with self._alembic.batch_alter_table(table) as batch:
                for name in checks:
                    batch.drop_constraint(name, type_="check")
                batch.alter_column(column, type_=new, existing_type=old)
            if update and not before:
                self._alembic.execute(sa.text(update))

    def execute(self, statement: sa.Executable) -> None:
        """Run a statement."""
        self.connection.execute(statement)

    def _lay_down_triggers(self, table: str) -> None:
        find = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name LIKE 'tw\\_%' ESCAPE '\\'"
        )
        for (name,) in self.connection.exec_driver_sql(find, (table,)).all():
            self._run(f"DROP TRIGGER {self._quote(name)}")

    @contextmanager
    def _pragma(self, name: str, value: str) -> Generator[None]:
        before = self._run(f"PRAGMA {name}").scalar_one()
        self._run(f"PRAGMA {name} = {value}")
        try:
            yield
        finally:
            self._run(f"PRAGMA {name} = {before}")


class Told:
    """Writes down what a script would do to an SQLite file, in words and SQL, and does nothing."""

    dialect: Dialect = "sqlite"

    def __init__(self) -> None:
        self.statements: list[str] = []

    def create_table(self, table: str, items: Items) -> None:
        """Tell of a new table."""
        self.statements.append(f"create table {table} ({', '.join(str(each.name) for each in items if each.name)})")

    def add_column(self, table: str, column: sa.Column[Any], fill: object) -> None:
        """Tell of a new column."""
        self.statements.append(f"add column {table}.{column.name} {source_of(column.type)}")
        if fill is not None:
            self.execute(filled(table, column, fill))

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Tell of a new name."""
        self.statements.append(f"rename column {table}.{old} to {new}")

    def rename_table(self, old: str, new: str) -> None:
        """Tell of a new name."""
        self.statements.append(f"rename table {old} to {new}")

    def change_type(self, table: str, column: str, old: Type, new: Type, using: str | None) -> None:
        """Tell of a new type, for which the table is written anew."""
        change = conversion(f"{table}.{column}", old, new, "sqlite", using)
        how = f" as {change}" if change else ""
        self.statements.append(f"write {table} anew: {column} from {source_of(old)} to {source_of(new)}{how}")

    def execute(self, statement: sa.Executable) -> None:
        """Write a statement with its values."""
        from sqlalchemy.dialects import sqlite

        compiled: Any = statement
        written = compiled.compile(
            dialect=sqlite.dialect(paramstyle="named"),
            compile_kwargs={"literal_binds": True},
        )
        self.statements.append(one_line(written))
