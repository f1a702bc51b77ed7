"""SQLite by the driver of Python, with a BEGIN of our own: a writer takes its place in the queue at once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts

from tradewright.orm.compiled import Alike

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

DRIVER = "sqlite+tradewright"


class SQLite(Alike, SQLiteDialect_pysqlite):
    """The dialect of our engines."""

    supports_statement_cache = True
    # SQLite gives the rows of one INSERT ascending ids: many rows go in with one statement and still know theirs.
    insertmanyvalues_implicit_sentinel = InsertmanyvaluesSentinelOpts.AUTOINCREMENT


def prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Set up a new connection: durable, with foreign keys, and with a `lower` that knows more than ASCII."""
    connection.isolation_level = None  # we say BEGIN ourselves, see `begin`
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-8000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # SQLite's own lower() knows ASCII only: "SCHLÜSSEL" would not find "Schlüssel".
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: str | float | bytes | None) -> str | float | bytes | None:
    return value.lower() if isinstance(value, str) else value


def begin(connection: Connection) -> None:
    """Begin a transaction that writes, or one that can only read."""
    write = connection.get_execution_options().get("tw_write", True)
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
    text = "BEGIN IMMEDIATE" if write else "BEGIN"
    try:
        raw.execute(text)
    except sqlite3.OperationalError as error:
        # SQLAlchemy wraps no error of an event, and only a wrapped one is known as busy and run again.
        raise OperationalError(text, None, error) from error


registry.register("sqlite.tradewright", __name__, SQLite.__name__)
