"""What must always be true of products and prices; `tradewright verify` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright.registry import invariant

from .models.category import Category
from .models.pricing import PriceItem, PriceList

if TYPE_CHECKING:
    from tradewright.orm import Env


@invariant("product.category-tree")
def category_tree(env: Env) -> Iterator[str]:
    """No category is part of itself."""
    category = env[Category]
    above = {row.id: row.parent_id for row in env.execute(select(category.id, category.parent_id))}
    for start in above:
        seen: set[int] = set()
        at: int | None = start
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == start:
            yield f"category {start}"


@invariant("product.price-currency")
def price_currency(env: Env) -> Iterator[str]:
    """An entry of a price list is in the currency of the list."""
    item, prices = env[PriceItem], env[PriceList]
    wrong = select(item.id).join(item.price_list).where(item.currency_id != prices.currency_id)
    for number in env.scalars(wrong):
        yield f"price {number}"
