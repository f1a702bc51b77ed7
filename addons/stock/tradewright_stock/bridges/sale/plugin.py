"""What stock does when orders change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from .services.changes import adapt

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_sale.models.order import Order


@hookimpl
def orders_changed(env: Env, orders: Sequence[Order]) -> None:
    """Plan shipments anew for what is open on changed orders."""
    adapt(env, orders)
