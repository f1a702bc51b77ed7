"""What account answers the sale addon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from .services import credit

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_sale.hooks import Blocker
    from tradewright_sale.models.order import Order


@hookimpl
def order_blockers(env: Env, orders: Sequence[Order]) -> list[Blocker]:
    """Hold orders of customers on hold or over their limit."""
    return credit.blockers(env, orders)


@hookimpl(trylast=True)
def demo_data(env: Env, today: date) -> None:
    """Write invoices and payments, once orders are written and shipped by whoever does that."""
    from . import demo  # only for demonstrations

    demo.write(env, today)
