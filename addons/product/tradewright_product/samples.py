"""Valid records for the rules of conformance, where a model needs more than its fields tell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select

from .models.pricing import PriceList
from .models.product import Product

if TYPE_CHECKING:
    from tradewright.orm import Env


def price_item(env: Env, number: int) -> dict[str, object]:
    """A price of one product in one price list."""
    product = env.all(select(env[Product]).order_by(env[Product].id).limit(20))
    prices = env[PriceList](name=f"Prices {number}", currency=env.company.currency)
    return {"price_list": prices, "product": product[number % len(product)], "price": Decimal(number)}


SAMPLES = {"PriceItem": price_item}
