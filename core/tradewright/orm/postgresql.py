"""PostgreSQL by psycopg, with a BEGIN of our own: what holds for a transaction is said in the message that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from tradewright.orm.compiled import Alike

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

DRIVER = "postgresql+tradewright"
_BEGIN = "tradewright_begin"


class Cursor(psycopg.Cursor[Any]):
    """Describes a result by what SQLAlchemy reads of it, names and types; the driver looks up much more."""

    @property
    def description(self) -> Any:
        """Return name and type of each column, as the DB-API has it, or None without a result."""
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        names = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
        return [(name, result.ftype(place), None, None, None, None, None) for place, name in enumerate(names)]


class PostgreSQL(Alike, PGDialect_psycopg):
    """The dialect of our engines. The driver is left in autocommit, so that it sends no BEGIN before ours."""

    supports_statement_cache = True

    def _learnt(self) -> object:
        return self.server_version_info, self._backslash_escapes

    def do_begin(self, dbapi_connection: Any) -> None:
        """Open the transaction as `begin` has described it (SQLAlchemy, which wraps errors as those of queries)."""
        text = dbapi_connection.info.pop(_BEGIN, "BEGIN")
        raw = dbapi_connection.driver_connection
        if text:
            if not raw.autocommit:
                raw.autocommit = True
            raw.execute(text, prepare=False)


def begin(connection: Connection) -> None:
    """Note how the transaction of a connection begins: in its schema, and reading only if that is all it may do."""
    options = connection.get_execution_options()
    text = "BEGIN" if options.get("tw_write", True) else "BEGIN READ ONLY"
    schema = options.get("tw_schema")
    if schema:
        text += f"; SET LOCAL search_path TO {connection.dialect.identifier_preparer.quote_identifier(schema)}"
    connection.info[_BEGIN] = "" if options.get("isolation_level") == "AUTOCOMMIT" else text


registry.register("postgresql.tradewright", __name__, PostgreSQL.__name__)
