"""Counting SQL statements, because work is set-based: the count must not grow with the rows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.orm.protocols import Site


class Statements(list[str]):
    """The statements that ran, as text; `len()` is their count."""

    def about(self, word: str) -> list[str]:
        """Return the statements that contain a word."""
        return [statement for statement in self if word in statement]


@contextmanager
def count_statements(where: Env | Site) -> Generator[Statements]:
    """Collect the statements that a site runs inside the block."""
    site: Any = getattr(where, "site", where)
    found = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)
