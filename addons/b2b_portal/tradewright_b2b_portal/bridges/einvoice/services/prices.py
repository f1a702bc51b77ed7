"""What is on sale as data: the buyer's own prices, for the buyer's own system."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.base.numbers import round_half_up
from tradewright.orm import select
from tradewright_einvoice.bridges.sale.models.buyer_article import BuyerArticle
from tradewright_product.models.product import Product
from tradewright_product.services.pricing import Want

from ....services.catalogue import PRICE_DIGITS, quotes_for

if TYPE_CHECKING:
    from tradewright.orm import Env

PAGE = 1_000


def price_list(env: Env, page: int) -> dict[str, Any]:
    """Return a page of what is on sale at the buyer's prices of today; statements don't grow with the articles."""
    product = env[Product]
    found = env.all(select(product).order_by(product.sku).limit(PAGE + 1).offset((page - 1) * PAGE))
    more, found = len(found) > PAGE, found[:PAGE]
    quotes, currency, _digits = quotes_for(env, [Want(one.id, one.smallest_quantity) for one in found])
    numbers = _numbers(env, [one.id for one in found])
    return {
        "format": "tradewright-catalogue",
        "version": 1,
        "date": env.today,
        "currency": currency,
        "page": page,
        "next": f"/portal/price-list.json?page={page + 1}" if more else None,
        "articles": [
            {
                "number": one.sku,
                "customer_number": numbers.get(one.id),
                "barcode": one.barcode,
                "name": one.name,
                "unit": one.uom.code,
                "pack_size": _plain(one.pack_size),
                "smallest_quantity": _plain(one.smallest_quantity),
                "price": _plain(round_half_up(quote.net_price, PRICE_DIGITS)),
                "list_price": _plain(quote.list_price),
            }
            for one, quote in zip(found, quotes, strict=True)
        ],
    }


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _numbers(env: Env, product_ids: list[int]) -> dict[int, str]:
    """What the buyer's company calls the products."""
    article = env[BuyerArticle]
    with env.elevate("the numbers that the buyer's own company has for our products"):
        rows = env.execute(
            select(article.product_id, article.number).where(
                article.customer_id == env.actor.customer_id, article.product_id.in_(product_ids)
            )
        )
        return {row.product_id: row.number for row in rows}
