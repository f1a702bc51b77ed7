"""The evolution of a PostgreSQL schema: columns, constraints and indexes are added and dropped where they differ."""
# ruff: noqa: S608  all names come from declarations and are quoted, and DDL takes no parameters

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from tradewright.registry.evolve import Evolution

_COLUMNS = """
    SELECT t.table_name, c.column_name, c.is_nullable FROM information_schema.tables t
    JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
    WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY t.table_name, c.ordinal_position"""
_CONSTRAINTS = """
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND k.contype IN ('c', 'u', 'f')
    ORDER BY c.relname, k.conname"""
_INDEXES = """
    SELECT tablename, indexname, '' FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix\\_%'
    ORDER BY tablename, indexname"""
_TRIGGERS = """
    SELECT c.relname, t.tgname, '' FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT t.tgisinternal AND t.tgname LIKE 'tw\\_%'
    ORDER BY c.relname, t.tgname"""
_FUNCTIONS = """
    SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = current_schema() AND p.prorettype = 'trigger'::regtype AND p.proname LIKE 'tw\\_%'
    ORDER BY p.proname"""


@dataclass(slots=True)
class _Existing:
    """A table as it is: its columns with whether they may be NULL, its constraints, indexes and triggers."""

    columns: dict[str, bool] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)


class PostgresqlEvolution(Evolution):
    """Compares the catalog with what is declared, by names; of a check also the literals in it."""

    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    random_text = "replace(gen_random_uuid()::text, '-', '')"

    def read_tables(self) -> dict[str, _Existing]:
        """Return the tables as they are."""
        self._foreign_keys: list[str] = []
        found: dict[str, _Existing] = {}
        for table, column, nullable in self._rows(_COLUMNS):
            found.setdefault(table, _Existing()).columns[column] = nullable == "YES"
        for query, part in ((_CONSTRAINTS, "constraints"), (_INDEXES, "indexes"), (_TRIGGERS, "triggers")):
            for table, name, definition in self._rows(query):
                getattr(found[table], part)[name] = definition
        return found

    def _rows(self, query: str) -> Any:
        return self.connection.exec_driver_sql(query, execution_options={"no_parameters": True})

    def columns_of(self, table: str) -> list[str]:
        """Return the names of the columns of an existing table."""
        return list(self.existing[table].columns)

    def drop(self, table: str) -> str:
        """Return the statement that drops a table, and the foreign keys that refer to it."""
        return f"{super().drop(table)} CASCADE"

    def create(self, table: sa.Table) -> list[str]:
        """Return the statements that make a table; its foreign keys follow when all tables are there."""
        self._foreign_keys += [self._added(key) for key in self._ordered(table, sa.ForeignKeyConstraint)]
        made = sa.schema.CreateTable(table, include_foreign_key_constraints=[])
        return [self.render(made), *self._indexes(table).values()]

    def counted_on(self, table: sa.Table) -> list[str]:
        """Return the statement that lets new ids go on behind the restored ones."""
        if "id" not in table.columns:
            return []
        name = self.quote(table.name)
        following = f"SELECT coalesce(max(id), 0) + 1 FROM {name}"
        return [f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), ({following}), false)"]

    def _indexes(self, table: sa.Table) -> dict[str, str]:
        ordered = sorted(table.indexes, key=lambda index: str(index.name))
        return {str(index.name): self.render(sa.schema.CreateIndex(index)) for index in ordered}

    def _ordered(self, table: sa.Table, *kinds: type[sa.Constraint]) -> list[sa.Constraint]:
        chosen = [constraint for constraint in table.constraints if isinstance(constraint, kinds)]
        return sorted(chosen, key=self._name)

    def _name(self, constraint: sa.Constraint) -> str:
        return str(self.dialect.identifier_preparer.format_constraint(constraint)).strip('"')

    def _added(self, constraint: sa.Constraint) -> str:
        return self.render(sa.schema.AddConstraint(constraint, isolate_from_table=False))

    def change(self, table: sa.Table) -> None:
        """Add, fill and park columns, and bring constraints and indexes to what is declared."""
        there: _Existing = self.existing[table.name]
        name = self.quote(table.name)
        gone = [each for each in there.columns if each not in table.columns]
        new = [column for column in table.columns if column.name not in there.columns]
        constraints = {self._name(each): each for each in self._ordered(table, sa.Constraint)}
        stale = [each for each, text in there.constraints.items() if self._stale(constraints.get(each), text)]
        indexes = self._indexes(table)
        sql = [f"ALTER TABLE {name} DROP CONSTRAINT {self.quote(each)}" for each in stale]
        sql += [f"DROP INDEX {self.quote(each)}" for each in there.indexes if each not in indexes]
        back = self.returning(table, [each.name for each in new])
        sql += self._new_columns(table, new, back)
        sql += self._nullable(table, there, new)
        rows = self.count(table.name) if gone or new else 0
        kept, parks, losses = self.aside(table.name, gone, list(there.columns), rows)
        sql += kept
        if gone:
            sql.append(f"ALTER TABLE {name} " + ", ".join(f"DROP COLUMN {self.quote(each)}" for each in gone))
        for each, constraint in constraints.items():
            if isinstance(constraint, sa.PrimaryKeyConstraint) or (each in there.constraints and each not in stale):
                continue
            later = isinstance(constraint, sa.ForeignKeyConstraint)
            (self._foreign_keys if later else sql).append(self._added(constraint))
        sql += [made for each, made in indexes.items() if each not in there.indexes]
        changes = [f"{column.name} added" for column in new] + [f"{each} parked" for each in gone]
        if not sql:
            return
        self.add(
            f"{table.name}: {', '.join(changes) or 'rules changed'}",
            sql,
            table=table.name,
            rows=rows or self.count(table.name),
            parks=parks,
            restores=self.emptied(back),
            losses=(*losses, *(loss for one, names in back for loss in self.orphans(table, one, names))),
        )

    def _stale(self, wanted: sa.Constraint | None, definition: str) -> bool:
        if wanted is None:
            return True
        return isinstance(wanted, sa.CheckConstraint) and _literals(self._added(wanted)) != _literals(definition)

    def _new_columns(
        self, table: sa.Table, new: list[sa.Column[Any]], back: list[tuple[str, tuple[str, ...]]]
    ) -> list[str]:
        if not new:
            return []
        name, rows = self.quote(table.name), self.count(table.name)
        compiler: Any = self.dialect.ddl_compiler(self.dialect, None)  # type: ignore[arg-type]  # nothing to compile yet
        kinds = [compiler.get_column_specification(column).replace(" NOT NULL", "") for column in new]
        sql = [f"ALTER TABLE {name} " + ", ".join(f"ADD COLUMN {kind}" for kind in kinds)]
        filled: list[str] = []
        for source, names in back:
            filled += [*self.brought_back(table, source, names), *self.freed(table, names)]
        for column in new:
            value, own = self.filling(table, column, rows), self.quote(column.name)
            if value != "NULL":
                filled.append(f"UPDATE {name} SET {own} = {value} WHERE {own} IS NULL")
        if filled:
            # Posted rows get the new columns, too: their triggers step aside.
            sql += [f"ALTER TABLE {name} DISABLE TRIGGER USER", *filled, f"ALTER TABLE {name} ENABLE TRIGGER USER"]
        return sql

    def _nullable(self, table: sa.Table, there: _Existing, new: list[sa.Column[Any]]) -> list[str]:
        fresh = {column.name for column in new}
        acts: list[str] = []
        for column in table.columns:
            now = True if column.name in fresh else there.columns[column.name]
            if now != bool(column.nullable):
                acts.append(f"ALTER COLUMN {self.quote(column.name)} {'DROP' if column.nullable else 'SET'} NOT NULL")
        return [f"ALTER TABLE {self.quote(table.name)} " + ", ".join(acts)] if acts else []

    def finish(self) -> None:
        """Add the foreign keys, now that all tables and rows are there, and bring the triggers to what is declared."""
        self.add("foreign keys", self._foreign_keys)
        wanted = self.triggers("postgresql")
        there = [(table, name) for table, existing in self.existing.items() for name in existing.triggers]
        kept = set(self.registry.metadata.tables)
        sql = [
            f"DROP TRIGGER {name} ON {self.quote(table)}"
            for table, name in there
            if table in kept and name not in wanted
        ]
        # A table takes its triggers along, but not what they call.
        sql += [f"DROP FUNCTION {name}()" for (name,) in self._rows(_FUNCTIONS) if name not in wanted]
        named = {name for _table, name in there}
        if self.steps or any(not name.endswith("_f") and name not in named for name in wanted):
            sql += wanted.values()
        self.add("triggers that keep posted records", sql)


def _literals(text: str) -> set[str]:
    """Return the values that stand in a check, however PostgreSQL writes them: `IN ('a', 'b')` becomes an array."""
    return {each.strip("'").lstrip("-") for each in re.findall(r"'(?:[^']|'')*'|\b[0-9]+(?:\.[0-9]+)?\b", text)}
