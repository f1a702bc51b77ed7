"""What stock does when orders change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from .services.changes import adapt

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_sale.models.order import Order


@hookimpl
def orders_changed(env: Env, orders: Sequence[Order]) -> None:
    """Plan shipments anew for what is open on changed orders."""
    adapt(env, orders)


@hookimpl
def demo_data(env: Env, today: date) -> None:
    """Write orders and their deliveries, after the opening stock."""
    from . import demo  # only for demonstrations

    demo.write(env, today)
