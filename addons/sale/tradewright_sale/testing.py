"""Factories for tests of sale and of everything above it: orders at any state and total."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tradewright_base.testing import PartnerFactory
from tradewright_product.testing import ProductFactory, tax

from .models.order import Order
from .services.place import Item, OrderRequest, create_order

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner


class OrderFactory:
    """Orders of customers that are made with them, unless one is given."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.partners = PartnerFactory(env)
        self.products = ProductFactory(env)
        self._numbers = count(1)

    def draft(self, *items: Item, customer: Partner | None = None, total: str = "100.00", **values: Any) -> Order:
        """A quotation over items, or over one untaxed service so that it comes to `total`."""
        wanted = items or (Item(self._priced(total), Decimal(1)),)
        buyer = customer or self.partners.customer()
        return create_order(self.env, OrderRequest(customer=buyer, items=wanted, values=values))

    def confirmed(self, *items: Item, customer: Partner | None = None, total: str = "100.00", **values: Any) -> Order:
        """A confirmed order; see `draft`."""
        order = self.draft(*items, customer=customer, total=total, **values)
        self.env[Order].confirm(self.env, [order])
        return order

    def _priced(self, price: str) -> int:
        return self.products.service(price, sku=f"S-{next(self._numbers):05}", tax=tax(self.env, "0", "Z")).id


@pytest.fixture
def orders(env: Env) -> OrderFactory:
    """Orders of the test's site."""
    return OrderFactory(env)
