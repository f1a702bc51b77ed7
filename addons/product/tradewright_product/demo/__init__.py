"""The demonstration's assortment: some 200 products of a wholesaler, with price lists, agreements and campaigns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.numbers import round_half_up
from tradewright.orm import select

from ..models.category import Category
from ..models.product import Product
from ..models.tax import Tax
from ..models.uom import UnitOfMeasure
from . import electrical, prices, tools, workplace
from .catalogue import CATEGORIES, Family

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tradewright.orm import Env

FAMILIES = (*tools.FAMILIES, *electrical.FAMILIES, *workplace.FAMILIES)
WITHDRAWN = frozenset({"HM-2000", "BC-20L"})
"""Products that are no longer sold, so that a pasted order meets one."""

COST = Decimal("0.62")
IN_STORE = "290"  # GTINs that begin with 2 are for use inside a company


def write(env: Env, today: date) -> None:
    """Write categories and products, then prices and campaigns around `today`."""
    categories = _categories(env)
    products = _products(env, categories)
    env.flush()
    prices.write(env, categories, products, today)


def _categories(env: Env) -> dict[str, Category]:
    made: dict[str, Category] = {}
    for place, (key, (parent, words)) in enumerate(CATEGORIES.items()):
        made[key] = env.add(
            env[Category](name=words.texts(), parent=made[parent] if parent else None, position=10 * place + 10)
        )
    return made


def _products(env: Env, categories: Mapping[str, Category]) -> dict[str, Product]:
    units = {unit.code: unit for unit in env.scalars(select(env[UnitOfMeasure]))}
    taxes = {tax.rate: tax for tax in env.scalars(select(env[Tax]).where(env[Tax].category == "S"))}
    made: dict[str, Product] = {}
    for family in FAMILIES:
        for place, size in enumerate(family.sizes):
            product = _product(env, family, place, size)
            product.category = categories[family.category]
            product.uom, product.tax = units[family.unit], taxes[Decimal(family.tax)]
            product.barcode = _gtin(len(made)) if family.kind == "goods" else None
            made[product.sku] = env.add(product)
    return made


def _product(env: Env, family: Family, place: int, size: tuple[str, str, str]) -> Product:
    code, words, price = size
    sku = f"{family.sku}-{code}"
    list_price = Decimal(price)
    return env[Product](
        sku=sku,
        name=family.name.texts(words),
        description=family.about.texts() if family.about else None,
        kind=family.kind,
        list_price=list_price,
        cost=round_half_up(list_price * COST, 4 if list_price < 1 else 2),
        pack_size=family.pack,
        weight=round_half_up(Decimal(family.kg) * (4 + place) / 4, 3),
        active=sku not in WITHDRAWN,
        sellable=sku not in WITHDRAWN,
    )


def _gtin(number: int) -> str:
    """A GTIN-13 of the range for use inside a company, with its check digit."""
    body = f"{IN_STORE}{number + 1000:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
