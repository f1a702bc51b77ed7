"""Gapless numbers: taken as the last statements before commit, so that the series is locked for the shortest time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from tradewright.base import DeveloperError
from tradewright.hooks.numbers import allocate_numbers

if TYPE_CHECKING:
    from tradewright.orm.unit import UnitOfWork


def assign(unit: UnitOfWork) -> None:
    """Give each waiting record its number: two statements for each series and model, whatever the count."""
    waiting: dict[tuple[str, type, str], list[Any]] = defaultdict(list)
    for series, record, field in unit.numbers:
        waiting[series, type(record), field].append(record)
    for (series, cls, field), records in sorted(waiting.items(), key=lambda item: (item[0][0], item[0][1].__name__)):
        numbers = unit.site.hooks.call(allocate_numbers, {"env": unit.env, "series": series, "count": len(records)})
        if not numbers:
            raise DeveloperError(
                "orm.no-numbering", "no enabled addon gives numbers", value=series, remedy="enable the addon base"
            )
        table: sa.Table = cls.__info__.table  # type: ignore[attr-defined]  # composed classes carry their info
        records.sort(key=lambda record: record.id)
        unit.session.connection().execute(
            sa.update(table).where(table.c.id == sa.bindparam("tw_id")).values({field: sa.bindparam("tw_number")}),
            [{"tw_id": record.id, "tw_number": number} for record, number in zip(records, numbers, strict=True)],
        )
        for record, number in zip(records, numbers, strict=True):
            set_committed_value(record, field, number)
    unit.numbers = []
