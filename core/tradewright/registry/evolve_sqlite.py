"""The evolution of an SQLite file: a table that differs is written anew under its name, as SQLite's manual says."""
# ruff: noqa: S608  all names come from declarations and are quoted, and DDL takes no parameters

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from tradewright.registry.evolve import Evolution


class SqliteEvolution(Evolution):
    """Compares the statements that made tables, indexes and triggers with those that would make them today."""

    dialect = sqlite.dialect()
    random_text = "lower(hex(randomblob(16)))"

    def read_tables(self) -> dict[str, str]:
        """Return the tables with the statements that made them."""
        return self._made("table")

    def _made(self, kind: str, table: str | None = None) -> dict[str, str]:
        rows = self.connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = ? AND tbl_name = coalesce(?, tbl_name) AND sql IS NOT NULL",
            (kind, table),
        )
        return {row[0]: row[1] for row in rows}

    def columns_of(self, table: str) -> list[str]:
        """Return the names of the columns of an existing table."""
        return [row[1] for row in self.connection.exec_driver_sql(f"PRAGMA table_info({self.quote(table)})")]

    def create(self, table: sa.Table) -> list[str]:
        """Return the statements that make a table with its indexes."""
        return [self.render(sa.schema.CreateTable(table)), *self._indexes(table).values()]

    def _indexes(self, table: sa.Table) -> dict[str, str]:
        ordered = sorted(table.indexes, key=lambda index: str(index.name))
        return {str(index.name): self.render(sa.schema.CreateIndex(index)) for index in ordered}

    def change(self, table: sa.Table) -> None:
        """Write the table anew if it was made by another statement; else only its indexes may differ."""
        made = self.render(sa.schema.CreateTable(table))
        if _body(made) == _body(self.existing[table.name]):
            self._change_indexes(table)
            return
        there = self.columns_of(table.name)
        gone = [name for name in there if name not in table.columns]
        new = [column.name for column in table.columns if column.name not in there]
        name, draft = self.quote(table.name), self.quote(f"{table.name}__new")
        rows = self.count(table.name)
        sql, parks, losses = self.aside(table.name, gone, there, rows)
        back = self.returning(table, new)
        into = ", ".join(self.quote(column.name) for column in table.columns)
        sql += [
            made.replace(f"CREATE TABLE {name} ", f"CREATE TABLE {draft} ", 1),
            f"INSERT INTO {draft} ({into}) SELECT {self._values(table, there, rows)} FROM {name} AS now",
            self.drop(table.name),
            f"ALTER TABLE {draft} RENAME TO {name}",
            *self._indexes(table).values(),
            *(
                statement
                for source, names in back
                for statement in (*self.brought_back(table, source, names), *self.freed(table, names))
            ),
        ]
        changes = [f"{each} added" for each in new] + [f"{each} parked" for each in gone]
        self.add(
            f"{table.name}: {', '.join(changes) or 'rules changed'}",
            sql,
            table=table.name,
            rows=rows,
            parks=parks,
            restores=self.emptied(back),
            losses=(*losses, *(loss for one, names in back for loss in self.orphans(table, one, names))),
        )

    def _values(self, table: sa.Table, there: list[str], rows: int) -> str:
        """Return the values that the rows get in all columns; parked ones come back afterwards."""
        return ", ".join(
            f"now.{self.quote(column.name)}" if column.name in there else self.filling(table, column, rows)
            for column in table.columns
        )

    def _change_indexes(self, table: sa.Table) -> None:
        there, wanted = self._made("index", table.name), self._indexes(table)
        sql = [f"DROP INDEX {self.quote(name)}" for name, made in there.items() if wanted.get(name) != made]
        sql += [made for name, made in wanted.items() if there.get(name) != made]
        if sql:
            self.add(f"{table.name}: indexes changed", sql, table=table.name, rows=self.count(table.name))

    def finish(self) -> None:
        """Bring the triggers to what is declared; a table that was written anew has lost its own."""
        there = {name: made for name, made in self._made("trigger").items() if name.startswith("tw_")}
        wanted = self.triggers("sqlite")
        same = {name for name, made in there.items() if wanted.get(name, "").replace("IF NOT EXISTS ", "") == made}
        sql = [f"DROP TRIGGER IF EXISTS {name}" for name in there if name not in same]
        sql += [made for name, made in wanted.items() if self.steps or name not in same]
        self.add("triggers that keep posted records", sql)


def _body(statement: str) -> str:
    """Return what stands in the parentheses of a CREATE TABLE, with single spaces."""
    return re.sub(r"\s+", " ", statement.partition("(")[2]).replace("( ", "(").replace(" )", ")").strip()
