"""Selects that are ready to run: compiled for one dialect, with what takes values in and out.

SQLAlchemy looks a statement up by a key as long as the statement, and adapts its compiled form, at every run: as much
work as the driver's own. What every request asks is handed to the driver as the text it became. What many actors ask
differs in a few values: they share the text, so that thousands of them take little memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData

from tradewright.base import DeveloperError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection, CursorResult, Dialect, Result

    Convert = Callable[[Any], Any]


class Shape:
    """The text of a select, and how its values go in and its columns come out."""

    __slots__ = ("_names", "_out_of", "_types", "into", "order", "text")

    def __init__(self, statement: Select[Any], compiled: Any) -> None:
        dialect = compiled.dialect
        self.text: str = compiled.string
        self.order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        self.into: dict[str, Convert] = _converters(
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for bind, name in compiled.bind_names.items()
        )
        self._types = [column.type for column in statement.selected_columns]
        self._names = SimpleResultMetaData([])
        self._out_of: dict[int, Convert] | None = None

    def converted(self, dialect: Dialect, executed: CursorResult[*tuple[Any, ...]]) -> Result[*tuple[Any, ...]]:
        """Return what the driver read as values of the columns' types."""
        convert = self._out_of if self._out_of is not None else self._learn(dialect, executed)
        if not convert:
            return executed
        rows = [list(row) for row in executed]
        for place, make in convert.items():
            for row in rows:
                row[place] = make(row[place])
        return IteratorResult(self._names, iter(rows))

    def _learn(self, dialect: Dialect, executed: Any) -> dict[int, Convert]:
        """Learn from a first result which columns are converted: that depends on what the driver made of them."""
        self._names = SimpleResultMetaData(list(executed.keys()))
        self._out_of = _converters(
            (place, type_.dialect_impl(dialect).result_processor(dialect, described[1]))
            for place, (type_, described) in enumerate(zip(self._types, executed.cursor.description, strict=True))
        )
        return self._out_of


class ReadySelect:
    """A select over tables with its fixed values. Rows go by the names of the selected columns."""

    __slots__ = ("_fixed", "_named", "_shape")

    def __init__(self, shape: Shape, compiled: Any) -> None:
        self._shape = shape
        self._fixed: dict[str, Any] = {}
        self._named = [name for bind, name in compiled.bind_names.items() if not bind.unique]
        for bind, name in compiled.bind_names.items():
            if not bind.required:
                self._fixed[name] = _converted(shape.into.get(name), bind.effective_value)

    def run(self, connection: Connection, values: Mapping[str, object] | None) -> Result[*tuple[Any, ...]]:
        """Run the select in the transaction of a connection."""
        executed = connection.exec_driver_sql(self._shape.text, self._given(values or {}))
        return self._shape.converted(connection.dialect, executed)

    def _given(self, values: Mapping[str, object]) -> Any:
        shape = self._shape
        given = dict(self._fixed)
        for name in self._named:
            if name in values:
                given[name] = _converted(shape.into.get(name), values[name])
            elif name not in given:
                raise _missing(name, values)
        return given if shape.order is None else tuple([given[name] for name in shape.order])


class VaryingSelect:
    """A select whose text depends on its values (a list is spelt out as long as it is): SQLAlchemy runs it."""

    __slots__ = ("_statement",)

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement

    def run(self, connection: Connection, values: Mapping[str, object] | None) -> Result[*tuple[Any, ...]]:
        """Run the select in the transaction of a connection."""
        return connection.execute(self._statement, values)


def make_ready(
    statement: Select[Any], dialect: Dialect, shapes: dict[str, Shape] | None = None
) -> ReadySelect | VaryingSelect:
    """Compile a select over tables. `shapes` are those of the same select with other fixed values, by their text."""
    compiled: Any = statement.compile(dialect=dialect)
    if _varies(compiled):
        return VaryingSelect(statement)
    known = {} if shapes is None else shapes
    shape = known.get(compiled.string)
    if shape is None:
        shape = known[compiled.string] = Shape(statement, compiled)
    return ReadySelect(shape, compiled)


def _varies(compiled: Any) -> bool:
    """Tell whether the text, or the names of values, are known only when it runs, or a value is made then."""
    lists = compiled.post_compile_params or compiled.literal_execute_params
    return bool(lists or compiled.escaped_bind_names or any(bind.callable for bind in compiled.bind_names))


def _converters(found: Iterable[tuple[Any, Convert | None]]) -> dict[Any, Convert]:
    return {where: convert for where, convert in found if convert is not None}


def _converted(convert: Convert | None, value: object) -> Any:
    return value if convert is None else convert(value)


def _missing(name: str, values: Mapping[str, object]) -> DeveloperError:
    return DeveloperError(
        "orm.value-missing",
        "a prepared statement is run without one of its values",
        value=name,
        near=nearest(name, values),
        remedy=f'pass it: env.execute(statement, {{"{name}": ...}})',
    )
