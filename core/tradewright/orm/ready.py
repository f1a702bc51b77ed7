"""Selects that are ready to run: compiled for one dialect, with what takes values in and out.

SQLAlchemy looks a statement up in its cache, makes an execution context and describes the result anew at every run: as
much work as the driver's own. What every request asks goes without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection, Dialect, Result

    Convert = Callable[[Any], Any]


class ReadySelect:
    """A select over tables as connections of one dialect run it. Rows go by the names of the selected columns."""

    __slots__ = ("_compiled", "_described", "_into", "_order", "_out_of", "_text", "statement")

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        self.statement = statement
        compiled: Any = statement.compile(dialect=dialect)
        self._compiled = compiled
        self._text: str | None = None if _varies(compiled) else compiled.string
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        self._into = _converters(
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for bind, name in compiled.bind_names.items()
        )
        self._described: SimpleResultMetaData | None = None
        self._out_of: list[tuple[int, Convert]] = []

    def run(self, connection: Connection, values: Mapping[str, object] | None) -> Result[*tuple[Any, ...]]:
        """Run the select in the transaction of a connection; its rows are read at once.

        Errors are those of `Connection.execute`. Listeners to `before_cursor_execute` are told, without a context. For
        more (a log of statements, listeners to what comes after) SQLAlchemy runs it.
        """
        if self._text is None or connection.engine.echo or connection.dispatch.after_cursor_execute:
            return connection.execute(self.statement, values)
        text, given, raw, cursor = self._text, self._given(values), connection.connection, None
        try:
            cursor = raw.cursor()
            for told in connection.dispatch.before_cursor_execute:
                text, given = told(connection, cursor, text, given, None, False)  # noqa: FBT003  # the event's signature
            cursor.execute(text, given)
            rows = cursor.fetchall()
            described = self._described or self._describe(connection.dialect, cursor.description or ())
        except BaseException as error:  # noqa: BLE001  it is sorted, wrapped and raised
            connection._handle_dbapi_exception(error, text, given, cursor, None)  # noqa: SLF001  # it has no public name
        cursor.close()
        return IteratorResult(described, iter(self._converted(rows)))

    def _given(self, values: Mapping[str, object] | None) -> Any:
        given = self._compiled.construct_params(values, escape_names=False)
        for name, convert in self._into:
            given[name] = convert(given[name])
        return given if self._order is None else tuple([given[name] for name in self._order])

    def _describe(self, dialect: Dialect, description: Sequence[Any]) -> SimpleResultMetaData:
        """Learn from a first result what the columns are called, and which of them are converted."""
        types = [column.type.dialect_impl(dialect) for column in self.statement.selected_columns]
        self._out_of = _converters(
            (place, type_.result_processor(dialect, described[1]))
            for place, (type_, described) in enumerate(zip(types, description, strict=True))
        )
        self._described = SimpleResultMetaData([described[0] for described in description])
        return self._described

    def _converted(self, rows: Sequence[Any]) -> Sequence[Any]:
        if self._out_of:
            rows = [list(row) for row in rows]
            for place, convert in self._out_of:
                for row in rows:
                    row[place] = convert(row[place])
        return rows


def _varies(compiled: Any) -> bool:
    """Tell whether the text depends on the values (a list is spelt out as long as it is) or their names are changed."""
    return bool(compiled.post_compile_params or compiled.literal_execute_params or compiled.escaped_bind_names)


def _converters(found: Any) -> list[tuple[Any, Convert]]:
    return [(where, convert) for where, convert in found if convert is not None]
