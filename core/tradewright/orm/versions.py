"""Optimistic versions: one look at all records of a flush, instead of SQLAlchemy's one UPDATE for each.

SQLAlchemy compares a `version_id_col` in the WHERE of each UPDATE and can't do that for many rows at once. Here the
rows of a flush are locked and their versions read with one statement a model; what somebody else has changed since
it was read is refused, the rest is counted up and written in one batch. Rows that the unit of work has locked
or made itself nobody else can have changed: they are not looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

if TYPE_CHECKING:
    from tradewright.orm.info import ModelInfo
    from tradewright.orm.unit import UnitOfWork


def advance(unit: UnitOfWork) -> None:
    """Count up the versions of records that are about to be changed.

    Raises `StaleDataError`, which lets the command be run again, for records that changed since they were read.
    """
    changed = [one for one in unit.session.dirty if _versioned(one) and _written(unit, one)]
    groups: dict[type, list[Any]] = {}
    for record in (*changed, *filter(_versioned, unit.session.deleted)):
        if (type(record), record.id) not in unit.created and (type(record), record.id) not in unit.locked:
            groups.setdefault(type(record), []).append(record)
    for cls, records in sorted(groups.items(), key=lambda group: group[0].__name__):
        _lock(unit, cls.__info__, records)  # type: ignore[attr-defined]  # composed classes carry their info
    for record in changed:
        record.version += 1


def held(unit: UnitOfWork, records: Iterable[Any]) -> None:
    """Remember that records were locked and read anew."""
    unit.locked.update((type(record), record.id) for record in records)


def _versioned(record: Any) -> bool:
    return bool(type(record).__info__.versioned)


def _written(unit: UnitOfWork, record: Any) -> bool:
    """Tell whether a column of the record changes; lines that came or went are rows of their own."""
    return unit.session.is_modified(record, include_collections=False)


def _lock(unit: UnitOfWork, info: ModelInfo, records: list[Any]) -> None:
    table = info.table
    statement = (
        sa.select(table.c.id, table.c.version)
        .where(table.c.id.in_(sorted(record.id for record in records)))
        .order_by(table.c.id)
        .with_for_update(key_share=True)
    )
    found = {row.id: row.version for row in unit.session.connection().execute(statement)}
    stale = [record.id for record in records if found.get(record.id) != record.version]
    if stale:
        raise StaleDataError(f"{info.name} {', '.join(map(str, sorted(stale)))} changed since it was read")
    held(unit, records)
