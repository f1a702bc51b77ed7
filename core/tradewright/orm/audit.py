"""The audit: who changed what when, collected at each flush and written in one statement before commit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

if TYPE_CHECKING:
    from tradewright.orm.info import ModelInfo
    from tradewright.orm.unit import UnitOfWork

_UNTOLD = frozenset({"id", "version", "uid"})


def collect(unit: UnitOfWork) -> None:
    """Note the changes of one flush."""
    session = unit.session
    for record in session.new:
        info = type(record).__info__
        if info.audit == "all":
            note(unit, info.name, record.id, "create", {})
    for record in session.dirty:
        info = type(record).__info__
        if info.audit != "none":
            changes = _changes(info, record)
            if changes:
                note(unit, info.name, record.id, "update", changes)
    for record in session.deleted:
        info = type(record).__info__
        if info.audit != "none":
            note(unit, info.name, record.id, "delete", {"name": [record.display_name() if info.title else "", None]})


def note(unit: UnitOfWork, model: str, record_id: int | None, action: str, changes: dict[str, Any]) -> None:
    """Take one audit entry into the transaction; the authority of the moment stands beside the actor."""
    authority = unit.authorities[0] if unit.authorities else None
    unit.changes.append(
        {
            "at": unit.now,
            "user_id": unit.actor.user_id,
            "user_name": unit.actor.name,
            "operation": authority.operation if authority else None,
            "reason": authority.reason if authority and not authority.operation else None,
            "request": unit.request_id,
            "model": model,
            "record": record_id,
            "action": action,
            "changes": changes,
        }
    )


def _changes(info: ModelInfo, record: Any) -> dict[str, Any]:
    state = sa.inspect(record)
    changes: dict[str, Any] = {}
    for key in state.committed_state:
        name = key.removesuffix("_source")
        if name in _UNTOLD or name not in info.table.c:
            continue
        history = state.get_history(key, PASSIVE_NO_INITIALIZE)
        if not history.has_changes():
            continue
        if info.fields.get(name) is not None and info.fields[name].kind == "secret":
            changes[name] = ["•••", "•••"]
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            changes[name] = [_plain(old), _plain(new)]
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > 500:
        return value[:500] + "…"
    return value


def write(unit: UnitOfWork) -> None:
    """Insert the collected entries."""
    info = unit.site.registry.playing("audit")
    if unit.changes and info is not None:
        unit.session.connection().execute(sa.insert(info.table), unit.changes)
        unit.changes = []
