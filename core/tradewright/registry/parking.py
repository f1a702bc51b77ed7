"""What is parked on a site: listed, read out and dropped, without the models that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.registry.state import has_table

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_PARKED = sa.table(
    "core_parked_table",
    sa.column("name"),
    sa.column("addon"),
    sa.column("source"),
    sa.column("columns"),
    sa.column("row_count"),
    sa.column("parked_at"),
)


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked table: of which addon, what it came from, how many rows it has, and since when."""

    name: str
    addon: str
    source: str
    columns: str | None
    rows: int
    since: datetime

    @property
    def what(self) -> str:
        """What it is in words: `table`, or `table (column, column)`."""
        return f"{self.source} ({self.columns})" if self.columns else self.source

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "addon": self.addon,
            "source": self.source,
            "columns": self.columns.split(", ") if self.columns else [],
            "rows": self.rows,
            "since": self.since.isoformat(),
        }


def parked_tables(connection: Connection) -> list[Parked]:
    """Return what is parked, the latest first."""
    if not has_table(connection, _PARKED.name):
        return []
    found = connection.execute(sa.select(_PARKED).order_by(_PARKED.c.parked_at.desc(), _PARKED.c.name))
    return [
        Parked(row.name, row.addon, row.source, row.columns, row.row_count, _moment(row.parked_at)) for row in found
    ]


def _moment(value: Any) -> datetime:
    """SQLite has moments as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def rows_of(connection: Connection, table: str) -> Iterator[dict[str, Any]]:
    """Give the rows of a parked table."""
    for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).mappings():
        yield dict(row)


def drop(connection: Connection, tables: Sequence[str]) -> None:
    """Drop parked tables and forget them."""
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        connection.exec_driver_sql(f"DROP TABLE {quote(table)}")
    connection.execute(sa.delete(_PARKED).where(_PARKED.c.name.in_(list(tables))))
