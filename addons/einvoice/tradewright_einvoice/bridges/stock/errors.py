"""Every refusal of despatch advices that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from tradewright.base import Conflict
from tradewright.i18n import _


def not_shipped(shipment: str) -> Conflict:
    """A despatch advice of what has not left."""
    return Conflict(
        "einvoice.not-shipped",
        _("{shipment} has not left to a customer: there is nothing to announce.", shipment=shipment),
    )
