"""Changing the tables of an existing site to what its addons declare now, by a plan that is shown and then executed.

What is missing is added. What no addon declares any more is *parked*: a table becomes `parked_<table>`, columns
become `parked_<table>_columns` with the ids of their rows, without constraints. When the addon comes back, its rows and
values are brought back (but for what refers to rows that are gone by then) and the parked table is dropped. So nothing
is lost.

A plan is a list of SQL statements that run in one transaction. A change of a column's type is carried out on SQLite,
where a changed table is written anew, and is the business of a migration on PostgreSQL.
"""
# ruff: noqa: S608  all names come from declarations and are quoted, and DDL takes no parameters

from __future__ import annotations

import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import SAWarning

from tradewright.base import DeveloperError
from tradewright.registry import state, triggers

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect

    from tradewright.registry.compose import Registry

PARKED = "parked_"
LONGEST = 63


@dataclass(frozen=True, slots=True)
class Parking:
    """What is kept aside: in the table `name`, the columns `columns` (all: empty) of `rows` rows of `source`."""

    name: str
    source: str
    rows: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """A parked table that is emptied: `left` are the columns that stay parked in it; without any it is dropped."""

    name: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """What a plan can't keep: `name` is `table` or `table.column`, `rows` how many rows lose it, `why` in words."""

    name: str
    rows: int
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a plan: what it does, in words, and how, in SQL.

    `table` is the table it changes and `rows` how many rows that has now; `parks` and `restores` say what is kept
    aside and which parked tables are emptied, `losses` what can't be kept.
    """

    says: str
    sql: tuple[str, ...]
    table: str = ""
    rows: int = 0
    parks: Parking | None = None
    restores: tuple[Restored, ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done to the tables of a site, in order; empty where all is as declared."""

    steps: tuple[Step, ...]

    def __bool__(self) -> bool:
        return bool(self.steps)

    @property
    def sql(self) -> list[str]:
        """Return all statements."""
        return [statement for step in self.steps for statement in step.sql]

    @property
    def losses(self) -> tuple[Loss, ...]:
        """Return what it can't keep."""
        return tuple(loss for step in self.steps for loss in step.losses)


class Evolution(ABC):
    """Finds out what differs between a database and a registry. `addons` are those whose tables may be parked."""

    dialect: Dialect
    random_text: str
    """An expression that gives each row another text, for the public ids of rows that had none."""

    def __init__(self, connection: Connection, registry: Registry, addons: Collection[str]) -> None:
        self.connection = connection
        self.registry = registry
        self.addons = addons
        self.quote = self.dialect.identifier_preparer.quote
        self.existing = self.read_tables()
        self.steps: list[Step] = []

    @abstractmethod
    def read_tables(self) -> Mapping[str, Any]:
        """Return the tables that there are, with what `change` needs to know of them."""

    @abstractmethod
    def columns_of(self, table: str) -> list[str]:
        """Return the names of the columns of an existing table."""

    @abstractmethod
    def change(self, table: sa.Table) -> None:
        """Add the steps that bring an existing table to what is declared."""

    @abstractmethod
    def create(self, table: sa.Table) -> list[str]:
        """Return the statements that make a table."""

    @abstractmethod
    def finish(self) -> None:
        """Add the steps that come last: foreign keys, triggers."""

    def plan(self) -> Plan:
        """Return the plan."""
        wanted = self.wanted()
        fresh = [table for table in wanted if table.name not in self.existing]
        for table in fresh:
            sql, source = self.create(table), self.parked(table.name)
            if source is None:
                self.add(f"{table.name}: made", sql, table=table.name)
                continue
            self.restore(table, source, sql)
        for table in wanted:
            if table.name in self.existing:
                self.change(table)
        for name in self.left_over():
            rows, aside = self.count(name), self.free_name(name)
            self.add(
                f"{name}: parked with {rows} rows",
                [self.copy(name, "*", aside), self.drop(name)],
                table=name,
                rows=rows,
                parks=Parking(aside, name, rows),
            )
        for table in fresh:
            if self.parked(table.name) is not None:
                names = table.columns.keys()
                self.add(f"{table.name}: rows whose targets are gone", self.freed(table, names), table=table.name)
        self.finish()
        return Plan(tuple(self.steps))

    def wanted(self) -> list[sa.Table]:
        """Return the declared tables, those that others refer to first, as far as there is such an order."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # tables may refer to each other in a circle
            return list(self.registry.metadata.sorted_tables)

    def left_over(self) -> list[str]:
        """Return the tables of our addons that nobody declares any more."""
        known = self.registry.metadata.tables.keys() | state.BOOKS
        mine = tuple(f"{addon}_" for addon in self.addons)
        return [name for name in sorted(self.existing) if name.startswith(mine) and name not in known]

    def add(self, says: str, sql: Iterable[str], **more: Any) -> None:
        """Add a step, if there is anything to do; `more` are further fields of a `Step`."""
        statements = tuple(sql)
        if statements:
            self.steps.append(Step(says, statements, **more))

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        return self.counted(self.quote(table))

    def counted(self, source: str) -> int:
        """Count the rows of what stands behind FROM."""
        return int(self.connection.exec_driver_sql(f"SELECT count(*) FROM {source}").scalar_one())

    def render(self, element: Any) -> str:
        """Write an element as one line of SQL."""
        return re.sub(r"\s*\n\s*", " ", str(element.compile(dialect=self.dialect))).strip()

    def copy(self, source: str, columns: str, target: str) -> str:
        """Return the statement that copies a table into a new one without constraints."""
        return f"CREATE TABLE {self.quote(target)} AS SELECT {columns} FROM {self.quote(source)}"

    def aside(
        self, table: str, gone: Sequence[str], there: Sequence[str], rows: int, *, source: str | None = None
    ) -> tuple[list[str], Parking | None, tuple[Loss, ...]]:
        """Return the statements that park columns of a table, what they park, and what is lost without an id.

        With a `source` they are taken from there, where the whole table is parked.
        """
        if not gone or not rows:
            return [], None, ()
        if "id" not in there:
            return (
                [],
                None,
                tuple(Loss(f"{table}.{each}", rows, "the table has no id to find rows by") for each in gone),
            )
        name = self.free_name(table, "_columns")
        columns = ", ".join(self.quote(each) for each in ("id", *gone))
        return [self.copy(source or table, columns, name)], Parking(name, table, rows, tuple(gone)), ()

    def drop(self, table: str) -> str:
        """Return the statement that drops a table."""
        return f"DROP TABLE {self.quote(table)}"

    def free_name(self, table: str, what: str = "") -> str:
        """Return a name for what is parked of a table, that is not in use."""
        first = f"{PARKED}{table}{what}"[: LONGEST - 3]
        names = [first, *(f"{first}_{number}" for number in range(2, 100))]
        return next(name for name in names if name not in self.existing)

    def parked(self, table: str, what: str = "") -> str | None:
        """Return where something of a table was parked last."""
        return next(reversed(self.all_parked(table, what)), None)

    def all_parked(self, table: str, what: str = "") -> list[str]:
        """Return where something of a table is parked, the first one first."""
        first = f"{PARKED}{table}{what}"[: LONGEST - 3]
        found = [name for name in self.existing if re.fullmatch(rf"{re.escape(first)}(_[0-9]{{1,2}})?", name)]
        return sorted(found, key=lambda name: (len(name), name))

    def restore(self, table: sa.Table, source: str, made: list[str]) -> None:
        """Add the step that makes a table with its parked rows, and what was parked of its columns before and since.

        Columns that nobody declares yet stay parked: the addon that does may come back later.
        """
        rows, there = self.count(source), self.columns_of(source)
        extra = [name for name in there if name not in table.columns]
        kept, parks, _losses = self.aside(table.name, extra, there, rows, source=source)
        back = self.returning(table, [column.name for column in table.columns if column.name not in there])
        columns = [statement for one, names in back for statement in self.brought_back(table, one, names)]
        self.add(
            f"{table.name}: made, with the {rows} rows that were parked",
            [*made, *self.restored_rows(table, source, rows), *columns, *kept, self.drop(source)],
            table=table.name,
            rows=rows,
            parks=parks,
            restores=(Restored(source), *self.emptied(back)),
            losses=(
                *self.orphans(table, source, table.columns.keys()),
                *(loss for one, names in back for loss in self.orphans(table, one, names)),
            ),
        )

    def returning(self, table: sa.Table, new: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        """Return the parked tables that hold new columns of a table, each with those that it was the last to park."""
        found: list[tuple[str, tuple[str, ...]]] = []
        wanted = list(new)
        for source in reversed(self.all_parked(table.name, "_columns")):
            names = tuple(name for name in wanted if name in self.columns_of(source))
            if names:
                found.append((source, names))
                wanted = [name for name in wanted if name not in names]
        return found

    def emptied(self, back: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[Restored, ...]:
        """Return what is left of parked tables whose columns are brought back."""
        return tuple(
            Restored(source, tuple(name for name in self.columns_of(source) if name != "id" and name not in names))
            for source, names in back
        )

    def brought_back(self, table: sa.Table, source: str, names: Sequence[str]) -> list[str]:
        """Return the statements that bring parked columns back to the rows that are there, and take them off there."""
        own, parked = self.quote(table.name), self.quote(source)
        values = ", ".join(
            f"{name} = coalesce(old.{name}, {own}.{name})" for name in (self.quote(each) for each in names)
        )
        (emptied,) = self.emptied([(source, tuple(names))])
        return [
            f"UPDATE {own} SET {values} FROM {parked} AS old WHERE old.id = {own}.id",
            *(
                [f"ALTER TABLE {parked} DROP COLUMN {self.quote(each)}" for each in names]
                if emptied.left
                else [self.drop(source)]
            ),
        ]

    def restored_rows(self, table: sa.Table, source: str, rows: int) -> list[str]:
        """Return the statements that bring the parked rows of a table back, as far as its columns are the same."""
        there = self.columns_of(source)
        names = [column.name for column in table.columns if column.name in there]
        missing = [column for column in table.columns if column.name not in there and not column.nullable]
        into = ", ".join(self.quote(name) for name in [*names, *(column.name for column in missing)])
        values = ", ".join([*map(self.quote, names), *(self.filling(table, column, rows) for column in missing)])
        insert = f"INSERT INTO {self.quote(table.name)} ({into}) SELECT {values} FROM {self.quote(source)}"
        return [insert, *self.counted_on(table)]

    def counted_on(self, table: sa.Table) -> list[str]:
        """Return the statements that let new ids go on behind the restored ones."""
        del table
        return []

    def freed(self, table: sa.Table, names: Iterable[str]) -> Iterator[str]:
        """Give the statements that free restored columns of references to rows that are gone."""
        name = self.quote(table.name)
        for column in (table.columns[each] for each in names if each in table.columns):
            for key in column.foreign_keys:
                own, target = self.quote(column.name), key.column
                gone = (
                    f"{own} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {self.quote(target.table.name)} AS target "
                    f"WHERE target.{self.quote(target.name)} = {name}.{own})"
                )
                act = f"UPDATE {name} SET {own} = NULL" if column.nullable else f"DELETE FROM {name}"
                yield f"{act} WHERE {gone}"

    def orphans(self, table: sa.Table, source: str, names: Iterable[str]) -> tuple[Loss, ...]:
        """Return what `freed` will take from restored rows: references to rows that are gone by now."""
        found: list[Loss] = []
        there = self.columns_of(source)
        for column in (table.columns[each] for each in names if each in table.columns and each in there):
            for key in column.foreign_keys:
                kept = key.column.table.name
                target = kept if kept in self.existing else self.parked(kept)
                own = self.quote(column.name)
                where = f"WHERE {own} IS NOT NULL" + (
                    f" AND NOT EXISTS (SELECT 1 FROM {self.quote(target)} AS target "
                    f"WHERE target.{self.quote(key.column.name)} = mine.{own})"
                    if target is not None
                    else ""
                )
                rows = self.counted(f"{self.quote(source)} AS mine {where}")
                if rows:
                    name = f"{table.name}.{column.name}" if column.nullable else table.name
                    found.append(Loss(name, rows, f"they refer to rows of {kept} that are gone"))
        return tuple(found)

    def filling(self, table: sa.Table, column: sa.Column[Any], rows: int) -> str:
        """Return the value that this many existing rows get in a new column, as SQL."""
        if column.nullable or not rows:
            return "NULL"
        if column.name == "uid":
            return self.random_text
        if column.name == "version":
            return "1"
        info = self.registry.by_table.get(table.name)
        fields = info.fields.values() if info is not None else ()
        field = next((each for each in fields if each.stored and each.column == column.name), None)
        default = field.default if field is not None else None
        if default is dict or default is list:
            default = default()
        if default is None or callable(default):
            raise DeveloperError(
                "registry.no-filling",
                "a new required field has no default for the rows that there are",
                addon=field.addon if field is not None else None,
                where=field.where if field is not None else table.name,
                value=column.name,
                remedy="give the field a plain default, or make it optional",
            )
        literal = sa.literal(default, column.type)
        return str(literal.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))

    def triggers(self, dialect: str) -> dict[str, str]:
        """Return the declared triggers of a dialect: the name and the statement of each."""
        found: dict[str, str] = {}
        for info in self.registry.models.values():
            for name, frozen in info.frozen:
                for statement in triggers.statements_for(info, name, frozen, self.registry.models)[dialect]:
                    match = re.search(r"TRIGGER (?:IF NOT EXISTS )?(\w+)|FUNCTION (\w+)", statement)
                    if match is not None:
                        found[match[1] or match[2]] = statement
        return found
