"""Engines: how a unit of work begins on SQLite and on PostgreSQL, and which failures are worth a retry."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection as Connection  # noqa: PLC0414  # the layers above take its name from here
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from tradewright.orm import sqlite
from tradewright.orm.compiled import COMPILED

RETRYABLE_STATES = frozenset({"40001", "40P01", "55P03"})
BUSY_SECONDS = 30


def _refuse(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} is not JSON")


def to_json(value: Any) -> str:
    """Write JSON without NaN and infinities; Decimals become strings."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, default=_refuse, separators=(",", ":"))


@dataclass(slots=True)
class _Shared:
    """An engine for all sites of one PostgreSQL database, and how many of them have it open."""

    engine: Engine
    users: int = 0


_servers: dict[tuple[sa.URL, int, bool], _Shared] = {}
_servers_lock = threading.Lock()


class Database:
    """The engine of one site, with the modes `read` and `write`.

    Sites in schemas of one PostgreSQL database share its engine: one pool of connections, whatever their number;
    `pool_size` is for all of them. All databases of a process share what was compiled.

    On SQLite a writing transaction starts as IMMEDIATE and one lock in this process queues the writers fairly, so
    that nobody starves behind the busy handler. On PostgreSQL one message begins a transaction and sets its schema and
    whether it only reads.
    """

    def __init__(self, url: str, *, schema: str | None = None, echo: bool = False, pool_size: int = 10) -> None:
        self.url = sa.make_url(url)
        self.schema = schema
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._server = (self.url, pool_size, echo)
        self._open = True
        self.engine = self._sqlite(echo=echo) if self.sqlite else self._postgresql()
        self.write_lock = threading.RLock() if self.sqlite else None
        options = self.engine.execution_options(tw_schema=schema, compiled_cache=COMPILED)
        self.read: Engine = options.execution_options(tw_write=False)
        self.write: Engine = options.execution_options(tw_write=True)

    def _sqlite(self, *, echo: bool) -> Engine:
        in_memory = self.url.database in {None, "", ":memory:"}
        engine = sa.create_engine(
            self.url.set(drivername=sqlite.DRIVER),
            echo=echo,
            json_serializer=to_json,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            **({"poolclass": sa.StaticPool} if in_memory else {"pool_size": 20, "max_overflow": 40}),
        )
        event.listen(engine, "connect", sqlite.prepare)
        event.listen(engine, "begin", sqlite.begin)
        return engine

    def _postgresql(self) -> Engine:
        with _servers_lock:
            shared = _servers.get(self._server)
            if shared is None:
                shared = _servers[self._server] = _Shared(_postgresql_engine(*self._server))
            shared.users += 1
            return shared.engine

    def dispose(self) -> None:
        """Close the pooled connections, unless another site still has them open."""
        if self.sqlite or self._is_last():
            self.engine.dispose()

    def _is_last(self) -> bool:
        with _servers_lock:
            shared = _servers.get(self._server)
            if shared is None or shared.engine is not self.engine:
                return True  # nobody else can have it
            if self._open:
                self._open = False
                shared.users -= 1
            if shared.users == 0:
                del _servers[self._server]
            return shared.users == 0


def _postgresql_engine(url: sa.URL, pool_size: int, echo: bool) -> Engine:  # noqa: FBT001  # a key, spread out
    from tradewright.orm import postgresql  # with its driver, which sites on SQLite do without

    engine = sa.create_engine(
        url.set(drivername=postgresql.DRIVER),
        echo=echo,
        json_serializer=to_json,
        pool_size=pool_size,
        max_overflow=30,
        pool_pre_ping=False,
        connect_args={
            "connect_timeout": 10,
            "cursor_factory": postgresql.Cursor,
            "options": "-c timezone=UTC -c lock_timeout=20s",
        },
    )
    event.listen(engine, "begin", postgresql.begin)
    event.listen(engine, "before_cursor_execute", _name_schema, retval=True)
    return engine


def _name_schema(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,
    _context: object,
    _many: bool,  # noqa: FBT001  # the signature of the event
) -> tuple[str, Any]:
    """Say in each statement which schema it is for.

    The driver keeps prepared statements by their text. One that was prepared in the schema of another site would be
    planned anew each time, and refused where a column has another length there ("must not change result type").
    """
    schema = connection.get_execution_options().get("tw_schema")
    return (f"{statement} /* {schema} */" if schema else statement), parameters


def is_retryable(error: BaseException) -> bool:
    """Tell whether the same command may succeed when it is run again: deadlock, serialization, busy, stale version."""
    if isinstance(error, StaleDataError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    original = error.orig
    state = getattr(original, "sqlstate", None)
    if state:
        return state in RETRYABLE_STATES
    return isinstance(original, sqlite3.OperationalError) and any(word in str(original) for word in ("locked", "busy"))
