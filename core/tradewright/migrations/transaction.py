"""The transaction in which tables change."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm.database import Database


@contextmanager
def schema_transaction(database: Database) -> Generator[Connection]:
    """Open a transaction for changes of tables; it commits at the end of the block and rolls back when that raises.

    SQLite's foreign keys are not enforced inside, since tables are written anew, but checked at its end.
    """
    with database.write.connect() as connection:
        if not database.sqlite:
            with connection.begin():
                yield connection
            return
        raw: Any = connection.connection.driver_connection
        # Neither may be left to a transaction; triggers may name a table that is away for a moment.
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA legacy_alter_table=ON")
        try:
            with connection.begin():
                yield connection
                _check_references(connection)
        finally:
            raw.execute("PRAGMA legacy_alter_table=OFF")
            raw.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DeveloperError(
            "migrations.dangling",
            "the migration would leave a row that refers to one that is gone; nothing was changed",
            where=f"{broken[0]}, row {broken[1]}",
            value=broken[2],
            remedy="let the script delete or correct the row",
        )
