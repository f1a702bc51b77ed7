"""What the portal does when others act: it queues one job for each kind of news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from . import jobs

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_sale.models.order import Order


@hookimpl
def orders_confirmed(env: Env, orders: Sequence[Order]) -> None:
    """Tell the buyers."""
    env.defer(jobs.tell_confirmed, order_ids=[order.id for order in orders])


@hookimpl
def orders_held(env: Env, orders: Sequence[Order]) -> None:
    """Tell the buyers why they have to wait."""
    env.defer(jobs.tell_held, order_ids=[order.id for order in orders])
