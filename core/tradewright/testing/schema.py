"""A site's schema and rows as plain text and values, for tests that compare them before and after."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm.database import Database

_SQLITE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
_POSTGRESQL = (
    """SELECT 'column', table_name, column_name, data_type, character_maximum_length::text, is_nullable, column_default
       FROM information_schema.columns WHERE table_schema = current_schema()""",
    """SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = current_schema()""",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    """SELECT 'trigger', c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
       JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = current_schema() AND NOT t.tgisinternal""",
    """SELECT 'function', p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = current_schema() AND p.proname LIKE 'tw%'""",
    "SELECT 'sequence', sequencename FROM pg_sequences WHERE schemaname = current_schema()",
)


def schema_text(database: Database, *, without: Collection[str] = ()) -> str:
    """Return the schema of a site as sorted lines: tables, columns, constraints, indexes, triggers, functions.

    The order of columns is left out on PostgreSQL, where a new column always comes last. Tables whose names begin with
    one of `without` are left out.
    """
    with database.read.connect() as connection:
        lines = _sqlite_lines(connection) if database.sqlite else _postgresql_lines(connection)
    left_out = tuple(without)
    return "\n".join(sorted(line for line in lines if not (left_out and line.split(" ", 1)[1].startswith(left_out))))


def _sqlite_lines(connection: Connection) -> list[str]:
    return [f"{kind} {name} {_plain(sql)}" for kind, name, sql in connection.exec_driver_sql(_SQLITE)]


def _plain(sql: str) -> str:
    """Return a statement without quotes, in single spaces: a renamed table is stored with quotes about its name."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).replace("( ", "(").replace(" )", ")")


def _postgresql_lines(connection: Connection) -> list[str]:
    return [
        " ".join("-" if part is None else str(part) for part in row)
        for query in _POSTGRESQL
        for row in connection.exec_driver_sql(query, execution_options={"no_parameters": True})
    ]


def all_rows(database: Database, *, without: Collection[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables, in the order of their first column; columns stand by name."""
    from sqlalchemy import inspect

    found: dict[str, list[tuple[Any, ...]]] = {}
    with database.read.connect() as connection:
        inspector = inspect(connection)
        quote = connection.dialect.identifier_preparer.quote
        for table in sorted(inspector.get_table_names()):
            if table in without or table.startswith("procrastinate_"):
                continue
            columns = ", ".join(quote(name) for name in sorted(each["name"] for each in inspector.get_columns(table)))
            rows = connection.exec_driver_sql(f"SELECT {columns} FROM {quote(table)}")  # noqa: S608  # of the catalog
            found[table] = sorted((tuple(row) for row in rows), key=repr)
    return found
