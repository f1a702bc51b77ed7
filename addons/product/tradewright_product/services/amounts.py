"""The net amount of a line, in one place for quotations, orders and invoices."""

from __future__ import annotations

from decimal import Decimal

from tradewright.base.numbers import round_half_up


def net_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal, digits: int) -> Decimal:
    """Return quantity times price less the discount (per cent), rounded half up once to the currency's digits."""
    return round_half_up(quantity * unit_price * (100 - discount) / 100, digits)
