"""What a site holds that its addons must not leave behind: posted documents, and values that nobody else knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tradewright.registry.state import table_names

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm.info import FieldInfo, ModelInfo
    from tradewright.registry.compose import Registry


def posted_records(
    connection: Connection, registry: Registry, addons: Collection[str]
) -> Iterator[tuple[ModelInfo, int]]:
    """Give the models of addons that hold records which nobody may change any more, and how many."""
    there = table_names(connection)
    for info in registry.models.values():
        rules = [frozen.when for _name, frozen in info.frozen if frozen.when]
        if info.addon not in addons or not rules or info.table.name not in there:
            continue
        held = sa.or_(*(_condition(info, when) for when in rules))
        count = connection.scalar(sa.select(sa.func.count()).select_from(info.table).where(held)) or 0
        if count:
            yield info, count


def _condition(info: ModelInfo, when: dict[str, tuple[object, ...]]) -> sa.ColumnElement[bool]:
    return sa.and_(*(info.table.c[info.fields[name].column].in_(values) for name, values in when.items()))


def guarded_tables(connection: Connection, addons: Iterable[str]) -> list[str]:
    """Return the tables of addons that triggers keep and that hold rows; read without knowing their models."""
    query = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tw~_%' ESCAPE '~'"
        if connection.dialect.name == "sqlite"
        else "SELECT DISTINCT event_object_table FROM information_schema.triggers "
        "WHERE trigger_schema = current_schema() AND trigger_name LIKE 'tw~_%' ESCAPE '~'"
    )
    found = connection.exec_driver_sql(query, execution_options={"no_parameters": True}).scalars().all()
    mine = tuple(f"{addon}_" for addon in addons)
    tables = [name for name in sorted(found) if name.startswith(mine)]
    return [name for name in tables if connection.scalar(sa.select(sa.exists().select_from(sa.table(name))))]


def unknown_values(
    connection: Connection, registry: Registry, tables: Iterable[str]
) -> Iterator[tuple[FieldInfo, str, str, int]]:
    """Give the choices in records of tables that no addon knows: the field, where, the value and how often."""
    inspector = sa.inspect(connection)
    for name in sorted({*tables} & table_names(connection) & registry.by_table.keys()):
        info = registry.by_table[name]
        columns = {column["name"] for column in inspector.get_columns(name)}
        for field in info.fields.values():
            if not field.choices or field.column not in columns or not field.stored:
                continue
            column = info.table.c[field.column]
            known = [value for value, _label in field.choices]
            found = sa.select(column, sa.func.count()).where(column.not_in(known)).group_by(column).order_by(column)
            for value, count in connection.execute(found):
                yield field, f"{name}.{field.column}", str(value), count
