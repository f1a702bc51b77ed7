"""Batched lazy loading: touching a relation of one of many loaded records loads it for all of them.

Without this, walking `order.lines` over a hundred orders would send a hundred statements, and every author would have
to foresee which relations a template walks. SQLAlchemy asks before each lazy load; here the load is widened to the
records of the same class in the unit of work that lack the same attribute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import ORMExecuteState, RelationshipProperty
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import RelationshipDirection

LIMIT = 2_000


def load(state: ORMExecuteState) -> Result[Any] | None:
    """Answer a lazy load for all records that want it, or return None to let it run as it is."""
    if not state.is_orm_statement or not state.is_select:
        return None
    if state.is_column_load:
        return _columns(state)
    source = state.lazy_loaded_from
    path = state.loader_strategy_path
    if source is None or path is None or not state.is_relationship_load:
        return None
    prop = next((part for part in reversed(tuple(path.path)) if isinstance(part, RelationshipProperty)), None)
    record = source.obj()
    if prop is None or record is None:
        return None
    if prop.direction is RelationshipDirection.MANYTOONE:
        return _many_to_one(state, prop, record)
    siblings = _siblings(state, type(record), prop.key, record)
    if len(siblings) < 2:  # alone: nothing to widen
        return None
    if prop.direction is RelationshipDirection.ONETOMANY:
        return _one_to_many(state, prop, record, siblings)
    return _many_to_many(state, prop, record, siblings)


def _siblings(state: ORMExecuteState, cls: type, key: str, record: Any) -> list[Any]:
    found = [record]
    fresh = state.session.new if sa.inspect(record).pending else ()
    for other in (*fresh, *state.session.identity_map.values()):
        if type(other) is cls and other is not record and key not in other.__dict__:
            found.append(other)
            if len(found) == LIMIT:
                break
    return found


def _result(rows: Iterable[Any]) -> Result[Any]:
    return IteratorResult(SimpleResultMetaData(["record"]), iter([(row,) for row in rows]))


def _many_to_one(state: ORMExecuteState, prop: RelationshipProperty[Any], record: Any) -> Result[Any] | None:
    column = next(iter(prop.local_columns))
    key = prop.parent.get_property_by_column(column).key
    target = prop.mapper
    session = state.session
    wanted = set()
    for other in _siblings(state, type(record), prop.key, record):
        value = other.__dict__.get(key)
        if value is not None and target.identity_key_from_primary_key((value,)) not in session.identity_map:
            wanted.add(value)
    if len(wanted) < 2:  # alone: nothing to widen
        return None
    found = session.scalars(sa.select(target.class_).where(target.class_.id.in_(sorted(wanted)))).all()
    mine = getattr(record, key)
    return _result([other for other in found if other.id == mine])


def _one_to_many(
    state: ORMExecuteState, prop: RelationshipProperty[Any], record: Any, siblings: list[Any]
) -> Result[Any]:
    target = prop.mapper
    column = next(iter(prop.remote_side))
    key = target.get_property_by_column(column).key
    statement = sa.select(target.class_).where(getattr(target.class_, key).in_([other.id for other in siblings]))
    if prop.order_by:
        statement = statement.order_by(*prop.order_by)
    groups: dict[int, list[Any]] = defaultdict(list)
    for child in state.session.scalars(statement):
        groups[getattr(child, key)].append(child)
    return _spread(prop.key, record, siblings, groups)


def _many_to_many(
    state: ORMExecuteState, prop: RelationshipProperty[Any], record: Any, siblings: list[Any]
) -> Result[Any]:
    owner = prop.parent.class_
    statement = (
        sa.select(owner.id, prop.mapper.class_)
        .join(getattr(owner, prop.key))
        .where(owner.id.in_([other.id for other in siblings]))
        .order_by(prop.mapper.class_.id)
    )
    groups: dict[int, list[Any]] = defaultdict(list)
    for owner_id, child in state.session.execute(statement):
        groups[owner_id].append(child)
    return _spread(prop.key, record, siblings, groups)


def _spread(key: str, record: Any, siblings: list[Any], groups: dict[int, list[Any]]) -> Result[Any]:
    for other in siblings:
        if other is not record:
            set_committed_value(other, key, groups.get(other.id, []))
    return _result(groups.get(record.id, []))


def _columns(state: ORMExecuteState) -> Result[Any] | None:
    options: Any = getattr(state.statement, "_compile_options", None)
    keys = getattr(options, "_only_load_props", None)
    refreshed: Any = getattr(state.load_options, "_refresh_state", None)
    record = refreshed.obj() if refreshed is not None else None
    if not keys or record is None:
        return None
    cls = type(record)
    computed = {name for name, info in cls.__info__.fields.items() if info.kind == "computed"}
    if not keys <= computed:
        return None
    names = sorted(keys)
    siblings = _siblings(state, cls, names[0], record)
    statement = sa.select(cls.id, *(getattr(cls, name) for name in names)).where(
        cls.id.in_([other.id for other in siblings])
    )
    by_id = {other.id: other for other in siblings}
    for row in state.session.execute(statement):
        for name, value in zip(names, row[1:], strict=True):
            set_committed_value(by_id[row[0]], name, value)
    return _result([record])
