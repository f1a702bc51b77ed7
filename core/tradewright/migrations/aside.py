"""The triggers that keep posted records, out of the way for a moment."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.expression import TableClause

_FOUND = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name LIKE 'tw\\_%' ESCAPE '\\'"
)


@contextmanager
def triggers_aside(connection: Connection, table: TableClause | None) -> Generator[None]:
    """Let a table's triggers step aside inside the block, in the connection's transaction; without a table none do.

    An error rolls the transaction back, and so brings them back.
    """
    if table is None:
        yield
        return
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} ENABLE TRIGGER USER")
        return
    found = connection.exec_driver_sql(_FOUND, (table.name,)).all()
    for name, _sql in found:
        connection.exec_driver_sql(f"DROP TRIGGER {quote(name)}")
    yield
    for _name, sql in found:
        connection.exec_driver_sql(sql)
