"""Copying a site's database: the file on SQLite, the schema on PostgreSQL, with all rows and rules."""
# ruff: noqa: S608  all names come from the catalog and are quoted, and DDL takes no parameters

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm.database import Database

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %(schema)s ORDER BY tablename"
_KEYS = """
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND k.contype IN ('p', 'u', 'f')
    ORDER BY k.contype = 'f', c.relname, k.conname"""
_INDEXES = """
    SELECT i.tablename, i.indexdef FROM pg_indexes i WHERE i.schemaname = %(schema)s AND NOT EXISTS (
        SELECT 1 FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
        WHERE n.nspname = i.schemaname AND k.conname = i.indexname) ORDER BY i.indexname"""
_SEQUENCES = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname = %(schema)s AND c.relkind = 'r' AND NOT a.attisdropped
    AND pg_get_expr((SELECT d.adbin FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum), c.oid)
        LIKE 'nextval%%' ORDER BY c.relname"""
_FUNCTIONS = """
    SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = %(schema)s AND p.proname LIKE 'tw\\_%%' ORDER BY p.proname"""
_TRIGGERS = """
    SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND NOT t.tgisinternal AND t.tgname LIKE 'tw\\_%%' ORDER BY t.tgname"""


@contextmanager
def copy_of(database: Database, folder: Path) -> Generator[tuple[str, str | None]]:
    """Copy a site's database for the block; give the URL and the schema of the copy. It is dropped afterwards.

    On PostgreSQL the role needs the right to make a schema. procrastinate's tables, which hold only what is under way,
    are left out.
    """
    if database.sqlite:
        yield _copied_file(Path(database.url.database or ""), folder / "copy.sqlite"), None
        return
    schema = f"rehearsal_{secrets.token_hex(6)}"
    with database.engine.begin() as connection:
        source = database.schema or str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
        _copy_schema(connection, source, schema)
    try:
        yield database.url.render_as_string(hide_password=False), schema
    finally:
        with database.engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))


def _copied_file(source: Path, target: Path) -> str:
    there, copy = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        there.backup(copy)
    finally:
        there.close()
        copy.close()
    return f"sqlite:///{target}"


def _copy_schema(connection: Connection, source: str, target: str) -> None:
    quote = connection.dialect.identifier_preparer.quote

    def ask(query: str) -> list[Any]:
        return list(connection.exec_driver_sql(query, {"schema": source}))

    def run(statement: str) -> None:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    connection.execute(sa.schema.CreateSchema(target))
    # What is named without a schema is the copy's from here on; definitions are read while it is the source's.
    run(f"SET LOCAL search_path TO {quote(source)}")
    tables = [name for (name,) in ask(_TABLES) if not name.startswith("procrastinate_")]
    rules = _rules(ask, quote, set(tables))
    counted = sorted({(table, column) for table, column in ask(_SEQUENCES) if table in tables})
    run(f"SET LOCAL search_path TO {quote(target)}")
    for name in tables:
        there = f"{quote(source)}.{quote(name)}"
        run(f"CREATE TABLE {quote(name)} (LIKE {there} INCLUDING ALL EXCLUDING INDEXES)")
        run(f"INSERT INTO {quote(name)} SELECT * FROM {there}")
    for table, column in counted:
        _own_sequence(run, quote, table, column)
    for rule in rules:
        run(rule.replace(f"{quote(source)}.", f"{quote(target)}."))


def _rules(ask: Any, quote: Any, tables: set[str]) -> list[str]:
    """Return the statements that make what the copied tables lack: keys, indexes, functions and triggers, in order."""
    keys = [
        f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(name)} {definition}"
        for table, name, definition in ask(_KEYS)
        if table in tables
    ]
    indexes = [definition for table, definition in ask(_INDEXES) if table in tables]
    return [*keys, *indexes, *(definition for query in (_FUNCTIONS, _TRIGGERS) for (definition,) in ask(query))]


def _own_sequence(run: Any, quote: Any, table: str, column: str) -> None:
    """Give a copied table a sequence of its own: the copied default still counts on the source's."""
    sequence = quote(f"{table}_{column}_seq"[:63])
    run(f"CREATE SEQUENCE {sequence} OWNED BY {quote(table)}.{quote(column)}")
    run(f"ALTER TABLE {quote(table)} ALTER COLUMN {quote(column)} SET DEFAULT nextval('{sequence}')")
    run(f"SELECT setval('{sequence}', (SELECT coalesce(max({quote(column)}), 0) + 1 FROM {quote(table)}), false)")
