"""What account answers the sale addon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from .services import credit

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_sale.hooks import Blocker
    from tradewright_sale.models.order import Order


@hookimpl
def order_blockers(env: Env, orders: Sequence[Order]) -> list[Blocker]:
    """Hold orders of customers on hold or over their limit."""
    return credit.blockers(env, orders)
