"""Statements that are put together once: what every request asks costs more to build than to run."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.engine import Dialect

S = TypeVar("S", bound="Select[Any]")

PREPARED = "tw_prepared"
"""The execution option by which a unit of work knows that a statement comes again and may be remembered."""


def prepared(build: Callable[..., S]) -> Callable[..., S]:
    """Keep the statement that a function builds from composed models; its values are given when it runs.

    The function must depend on nothing but its arguments, which are the models and what chooses among few variants:
    values stand in it as `bindparam("name")` and are passed to `env.execute(statement, {"name": value})`. It selects
    columns, not whole records. The guard restricts it once for each actor.
    """

    @lru_cache(maxsize=256)
    def kept(*given: Any) -> S:
        return build(*given).execution_options(**{PREPARED: True})

    @wraps(build)
    def statement(*given: Any) -> S:
        return kept(*given)

    return statement


def over_tables(statement: Select[Any], dialect: Dialect) -> Select[Any]:
    """Return a select over models as the select over tables that the ORM makes of it, at every run otherwise."""
    described = statement.column_descriptions
    records = [one["name"] for one in described if isinstance(one["expr"], type)]
    if records:
        raise DeveloperError(
            "orm.prepared-records",
            "a prepared statement selects whole records",
            value=", ".join(records),
            remedy="select the columns that the page shows: select(order.id, order.number)",
        )
    named = statement.with_only_columns(*(_named(one["expr"], one["name"]) for one in described))
    found: Select[Any] = named.compile(dialect=dialect).compile_state.statement  # type: ignore[union-attr]
    return found


def _named(column: Any, name: str) -> Any:
    """A column goes by the name of its field, which is not always that of the table's column."""
    renamed = isinstance(column, InstrumentedAttribute) and column.expression.name != name
    return column.label(name) if renamed else column
