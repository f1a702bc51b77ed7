"""Years, months and days as groups of a list: `2026`, `2026-11`, `2026-11-21`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tradewright.base import NotFound
from tradewright.i18n import Formatter, _
from tradewright.orm import and_

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement

_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


def bounds(text: str) -> tuple[date, date]:
    """Return the first day of a period and the first one after it."""
    match = _PERIOD.fullmatch(text)
    try:
        year, month, day = (int(part) if part else 0 for part in (match.groups() if match else "000"))
        start = date(year, month or 1, day or 1)
        if day:
            return start, start + timedelta(days=1)
        if month:
            return start, date(year + month // 12, month % 12 + 1, 1)
        return start, date(year + 1, 1, 1)
    except (ValueError, OverflowError) as fault:
        raise NotFound("office.no-period", _("There is no such period. Choose one in the list.")) from fault


def period_criterion(column: Any, text: str, *, moment: bool) -> ColumnElement[bool]:
    """Return the condition that a date, or a moment, lies within a period."""
    start, end = bounds(text)
    if moment:
        return and_(column >= _midnight(start), column < _midnight(end))
    return and_(column >= start, column < end)


def period_label(text: str, words: Formatter) -> str:
    """Return what a period is called: a year and a month as ISO 8601 writes them, a day as the language does."""
    return words.date(bounds(text)[0]) if len(text) == len("2026-11-21") else text


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
