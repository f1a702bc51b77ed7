"""The hooks that the stock addon offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .models.shipment import Shipment


@hookspec
def shipments_done(env: Env, shipments: Sequence[Shipment]) -> None:
    """React to goods that left or arrived.

    When: at the end of `Shipment.ship` and `Shipment.receive`, in their transaction; levels and moves are booked.
    Parameters: `env`, the unit of work, elevated; `shipments`, those that are done now.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """
