"""Valid records for the rules of conformance, where a model needs more than its fields tell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.orm import select

from .models.chart import Account
from .models.entry import EntryLine

if TYPE_CHECKING:
    from tradewright.orm import Env


def entry(env: Env, number: int) -> dict[str, Any]:
    """An entry whose sides are equal."""
    first, second = env.all(select(env[Account]).order_by(env[Account].id).limit(2))
    amount = Decimal(number)
    return {"lines": [env[EntryLine](account=first, debit=amount), env[EntryLine](account=second, credit=amount)]}


SAMPLES = {"Entry": entry}
