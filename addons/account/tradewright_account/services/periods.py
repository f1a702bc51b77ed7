"""Periods of the books that are closed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env

CLOSED = "account.closed_up_to"


def check_open(env: Env, day: date) -> None:
    """Refuse a date in a closed period; the setting `account.closed_up_to` holds its last day."""
    closed = env.config(CLOSED)
    if closed and day <= date.fromisoformat(closed):
        form = env.format
        raise errors.closed_period(form.date(day), form.date(date.fromisoformat(closed)))
