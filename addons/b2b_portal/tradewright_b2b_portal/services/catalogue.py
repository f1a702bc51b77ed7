"""Products as buyers see them: what is on sale, at their own price, with what can be promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.base.numbers import round_half_up
from tradewright.i18n import _
from tradewright.orm import and_, func, or_, select
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_product.models.campaign import Campaign
from tradewright_product.models.category import Category
from tradewright_product.models.product import Product
from tradewright_product.services.campaigns import Coverage, coverage, running_campaigns
from tradewright_product.services.pricing import Quote, Want, price_lines
from tradewright_product.services.searching import says

from ..hooks import Stock, stock_of
from .words import amount, unit_name

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env

PAGE = 24
PRICE_DIGITS = 4
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A page of products and how many there are in all."""

    products: Sequence[Product]
    count: int


def find(env: Env, words: str, category_ids: Sequence[int] | None, page: int, covered: Coverage | None = None) -> Found:
    """Return one page of what is on sale, in one statement (two beyond the last page).

    All `words` have to be found in number or name, or together be the barcode, as it is printed in groups of digits.
    """
    product = env[Product]
    wanted: list[ColumnElement[bool]] = []
    parts = words.split()
    if parts:
        named = and_(*[says(env, word) for word in parts[:MOST_WORDS]])
        wanted.append(or_(named, product.barcode == "".join(parts)))
    if category_ids is not None:
        wanted.append(product.category_id.in_(category_ids))
    if covered is not None and not covered.everything:
        wanted.append(or_(product.id.in_(covered.product_ids), product.category_id.in_(covered.category_ids)))
    on_page = select(product, func.count().over()).where(*wanted).order_by(product.sku)
    rows = env.execute(on_page.limit(PAGE).offset((page - 1) * PAGE)).all()
    if rows or page == 1:
        return Found([row[0] for row in rows], rows[0][1] if rows else 0)
    return Found((), env.scalar(select(func.count(product.id)).where(*wanted)) or 0)


def categories(env: Env) -> list[Category]:
    """Return all categories, in their order."""
    category = env[Category]
    return env.all(select(category).where(category.active.is_(True)).order_by(category.position, category.id))


def below(tree: Sequence[Category], uid: str) -> list[int] | None:
    """Return the category of a public id with all below it; None for one that is not there."""
    root = next((one for one in tree if one.uid == uid), None)
    if root is None:
        return None
    found, todo = [], [root.id]
    while todo:
        here = todo.pop()
        found.append(here)
        todo.extend(one.id for one in tree if one.parent_id == here and one.id not in found)
    return found


def quotes_for(env: Env, wants: Sequence[Want]) -> tuple[list[Quote], str, int]:
    """Return the buyer's prices, the code of their currency and its digits."""
    with env.elevate("prices are the customer's own terms"):
        customer = env.get(Partner, env.actor.customer_id or 0)
        quotes = price_lines(env, customer, wants, env.today)
        currency = env.one(Currency, quotes[0].currency_id) if quotes else env.company.currency
        return quotes, currency.code, currency.digits


def shown(env: Env, products: Sequence[Product]) -> list[dict[str, Any]]:
    """Return products for the components of `shop.html`, with price and availability; constant statements."""
    quotes, code, _digits = quotes_for(env, [Want(product.id, product.smallest_quantity) for product in products])
    stock = env.first(stock_of)(env, [product.id for product in products]) or {}
    headlines = _headlines(env, quotes)
    return [
        {
            **facts(env, product),
            **prices(env, quote, code),
            "availability": availability(env, product, stock),
            "campaign": headlines.get(quote.campaign_id or 0),
        }
        for product, quote in zip(products, quotes, strict=True)
    ]


def _headlines(env: Env, quotes: Sequence[Quote]) -> dict[int, str]:
    """The discount of each campaign that gives one, in words."""
    campaigns = {quote.campaign_id: quote.discount for quote in quotes if quote.campaign_id}
    return {number: f"\N{MINUS SIGN}{env.format.percent(discount)}" for number, discount in campaigns.items()}


def facts(env: Env, product: Product) -> dict[str, Any]:
    """Return what does not depend on the buyer."""
    step = product.pack_size
    return {
        "id": product.id,
        "uid": product.uid,
        "sku": product.sku,
        "name": product.name,
        "href": f"/portal/products/{product.uid}",
        "image": f"/portal/products/{product.uid}/picture" if _has_picture(product) else None,
        "step": plain(step),
        "least": plain(product.smallest_quantity),
        "pack": _("Packs of {size}", size=amount(env, step, product.uom)) if step != 1 else None,
        "per": _("per {unit}", unit=unit_name(env, product.uom.name)),
    }


def _has_picture(product: Product) -> bool:
    return picture_id(product) is not None


def picture_id(product: Product) -> int | None:
    """Return the number of the picture, without loading it."""
    found: int | None = getattr(product, "image_id", None)
    return found


def prices(env: Env, quote: Quote, code: str) -> dict[str, Any]:
    """Return the own price, and the list price where it is another one."""
    own = round_half_up(quote.net_price, PRICE_DIGITS)
    better = own < quote.list_price
    return {
        "price": env.format.price(own, code),
        "list_price": env.format.price(quote.list_price, code) if better else None,
        "currency": None,
    }


def availability(env: Env, product: Product, stock: Mapping[int, Stock]) -> dict[str, Any] | None:
    """Say what can be promised, in words; None for what is not kept in stock."""
    known = stock.get(product.id)
    if known is None or product.kind != "goods":
        return None
    if known.free > 0:
        return {"text": _("{quantity} in stock", quantity=env.format.quantity(known.free)), "tone": "success"}
    if known.next_date is not None:
        return {"text": _("from {date}", date=env.format.date(max(known.next_date, env.today))), "tone": "warning"}
    return {"text": _("out of stock"), "tone": "danger"}


def plain(number: Decimal) -> str:
    """Write a number as inputs of browsers take it."""
    return format(number.normalize(), "f")


def campaign_address(campaign: Campaign) -> str:
    """Return the address of the catalogue with what a campaign covers, and nothing else."""
    return f"/portal/catalogue?campaign={campaign.uid}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a campaign puts in front of the buyer: its headline and what it covers."""

    headline: str
    covered: Coverage


def shelf(env: Env, uid: str) -> Shelf | None:
    """Return what a campaign covers; None for one that is over, or that is not for this customer."""
    with env.elevate("campaigns of the customer, and what they cover"):
        customer = env.get(Partner, env.actor.customer_id or 0)
        found = next((one for one in running_campaigns(env, customer, env.today) if one.uid == uid), None)
        return None if found is None else Shelf(found.headline, coverage(env, found))
