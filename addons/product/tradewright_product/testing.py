"""Factories for tests of product and of everything above it: products, prices, campaigns."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.orm import select

from .models.campaign import Campaign
from .models.category import Category
from .models.pricing import PriceItem, PriceList
from .models.product import Product
from .models.tax import Tax
from .models.uom import UnitOfMeasure

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner


def unit(env: Env, code: str = "H87") -> UnitOfMeasure:
    """The unit of a UN/ECE code."""
    return env.scalars(select(env[UnitOfMeasure]).where(env[UnitOfMeasure].code == code)).one()


def tax(env: Env, rate: str | Decimal = "19", category: str = "S") -> Tax:
    """The tax of a rate and category."""
    return env.scalars(select(env[Tax]).where(env[Tax].rate == Decimal(rate), env[Tax].category == category)).one()


class ProductFactory:
    """Products with categories; prices as text, to be exact."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self._numbers = count(1)

    def goods(self, price: str = "10.00", **values: Any) -> Product:
        """Goods at a list price, counted in pieces, with 19 % VAT."""
        number = next(self._numbers)
        values.setdefault("sku", f"T-{number:05}")
        values.setdefault("name", f"Product {number}")
        values.setdefault("uom", unit(self.env))
        values.setdefault("tax", tax(self.env))
        product = self.env.add(self.env[Product](list_price=Decimal(price), **values))
        self.env.flush()
        return product

    def service(self, price: str = "80.00", **values: Any) -> Product:
        """A service, counted in hours."""
        return self.goods(price, kind="service", uom=unit(self.env, "HUR"), **values)

    def category(self, name: str = "Things", parent: Category | None = None) -> Category:
        """A category of products."""
        category = self.env.add(self.env[Category](name=name, parent=parent))
        self.env.flush()
        return category


class PriceFactory:
    """Price lists, agreements and campaigns."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self._numbers = count(1)

    def price_list(self, **values: Any) -> PriceList:
        """A price list in the currency of the company."""
        values.setdefault("name", f"Price list {next(self._numbers)}")
        values.setdefault("currency", self.env.company.currency)
        prices = self.env.add(self.env[PriceList](**values))
        self.env.flush()
        return prices

    def entry(self, owner: PriceList | Partner, **values: Any) -> PriceItem:
        """An entry of a price list, or an agreement with a customer; texts become exact numbers."""
        whose = "price_list" if isinstance(owner, PriceList) else "customer"
        exact = {key: Decimal(value) if isinstance(value, str) else value for key, value in values.items()}
        item = self.env.add(self.env[PriceItem](**{whose: owner}, **exact))
        self.env.flush()
        return item

    def campaign(self, discount: str = "10", **values: Any) -> Campaign:
        """A campaign that runs from yesterday to tomorrow, for everybody and everything unless told otherwise."""
        number = next(self._numbers)
        values.setdefault("name", f"Campaign {number}")
        values.setdefault("headline", f"Save {discount} %")
        values.setdefault("starts", self.env.today - timedelta(days=1))
        values.setdefault("ends", self.env.today + timedelta(days=1))
        campaign = self.env.add(self.env[Campaign](discount=Decimal(discount), **values))
        self.env.flush()
        return campaign


@pytest.fixture
def products(env: Env) -> ProductFactory:
    """Products of the test's site."""
    return ProductFactory(env)


@pytest.fixture
def prices(env: Env) -> PriceFactory:
    """Prices of the test's site."""
    return PriceFactory(env)
