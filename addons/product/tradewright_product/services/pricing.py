"""What a customer pays for a product on a day: price, campaign and tax of many lines at once.

1. The unit price comes from the entry that wins by the rules of `precedence`: an agreement with the customer, else an
   entry of its price list; without one it is the list price of the product. An entry gives a price or a discount on the
   list price.
2. The best running campaign of the customer that covers the product gives a discount on top.
3. The tax is that of the product, replaced by the customer's tax position.

Contacts buy as their account. All prices are in the currency of the customer's price list, or of the company where
there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradewright.orm import and_, or_, select

from .. import errors
from ..models.category import Category
from ..models.pricing import PriceItem
from ..models.product import Product
from .campaigns import discounts, running_campaigns
from .precedence import Entries, Entry, unit_prices
from .terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

    from .terms import Terms

__all__ = ["Quote", "Want", "price_lines", "running_campaigns"]


@dataclass(frozen=True, slots=True)
class Want:
    """What somebody asks the price of: a quantity in the product's unit."""

    product_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to one `Want`.

    `unit_price` is the price of one unit before the `discount` (per cent) of the campaign; `list_price` is what
    everybody pays without an agreement. `tax_id` is the tax this customer is charged.
    """

    product_id: int
    currency_id: int
    list_price: Decimal
    unit_price: Decimal
    discount: Decimal
    campaign_id: int | None
    tax_id: int | None

    @property
    def net_price(self) -> Decimal:
        """The price of one unit after the discount, exact: round once the quantity is multiplied in."""
        return self.unit_price * (100 - self.discount) / 100


class _Facts(NamedTuple):
    id: int
    list_price: Decimal
    tax_id: int | None
    category_id: int | None


def price_lines(
    env: Env, customer: Partner | None, wants: Sequence[Want], on: date, known: Iterable[Product] = ()
) -> list[Quote]:
    """Price the wants for a customer (None: list prices, and campaigns for everybody), in their order.

    The number of statements does not depend on the number of wants; `known` products are not read again. Withdrawn
    products have a price too: whether they may be sold is the caller's question. Raises NotFound for a product that
    does not exist.
    """
    if not wants:
        return []
    with env.elevate("prices are computed from the agreements and campaigns of all customers"):
        terms = terms_of(env, customer)
        facts = _facts(env, {want.product_id for want in wants}, known)
        chains = _chains(env, facts.values())
        entries = _entries(env, terms, facts.keys(), {category for chain in chains.values() for category in chain}, on)
        best = discounts(env, terms.account_id, chains, on)
    quotes: list[Quote] = []
    for want in wants:
        product = facts[want.product_id]
        entry = entries.best(product.id, chains[product.id], want.quantity)
        list_price, unit_price = unit_prices(product.list_price, terms.rate, terms.digits, entry)
        campaign = best.get(product.id)
        quotes.append(
            Quote(
                product_id=product.id,
                currency_id=terms.currency_id,
                list_price=list_price,
                unit_price=unit_price,
                discount=campaign.discount if campaign else Decimal(0),
                campaign_id=campaign.campaign_id if campaign else None,
                tax_id=terms.taxes.target(product.tax_id),
            )
        )
    return quotes


def _facts(env: Env, product_ids: set[int], known: Iterable[Product]) -> dict[int, _Facts]:
    product = env[Product]
    found = {one.id: _Facts(one.id, one.list_price, one.tax_id, one.category_id) for one in known}
    if unread := product_ids - found.keys():
        rows = env.execute(
            select(product.id, product.list_price, product.tax_id, product.category_id).where(product.id.in_(unread))
        )
        found |= {row[0]: _Facts(*row) for row in rows}
    if missing := product_ids - found.keys():
        raise errors.unknown_product(min(missing))
    return found


def _chains(env: Env, facts: Iterable[_Facts]) -> dict[int, tuple[int, ...]]:
    """For each product its category and the categories above it, nearest first."""
    by_product = {product.id: product.category_id for product in facts}
    if not any(by_product.values()):
        return dict.fromkeys(by_product, ())
    category = env[Category]
    above = {row[0]: row[1] for row in env.execute(select(category.id, category.parent_id))}
    chains: dict[int, tuple[int, ...]] = {}
    for product_id, category_id in by_product.items():
        chain: list[int] = []
        next_up = category_id
        while next_up is not None and next_up not in chain:
            chain.append(next_up)
            next_up = above.get(next_up)
        chains[product_id] = tuple(chain)
    return chains


def _entries(env: Env, terms: Terms, product_ids: Iterable[int], category_ids: Iterable[int], on: date) -> Entries:
    """The entries of the customer and its price list that are valid on the day for these products or categories."""
    if terms.account_id is None:
        return Entries(())
    item = env[PriceItem]
    # A customer whose price list changed its currency keeps agreements in the old one: they no longer apply.
    own = and_(item.customer_id == terms.account_id, or_(item.price.is_(None), item.currency_id == terms.currency_id))
    listed = item.price_list_id == terms.price_list_id
    rows = env.execute(
        select(
            item.id,
            item.customer_id,
            item.product_id,
            item.category_id,
            item.min_quantity,
            item.price,
            item.discount,
            item.starts,
        ).where(
            or_(own, listed) if terms.price_list_id is not None else own,
            or_(
                item.product_id.in_(list(product_ids)),
                item.category_id.in_(list(category_ids)),
                and_(item.product_id.is_(None), item.category_id.is_(None)),
            ),
            or_(item.starts.is_(None), item.starts <= on),
            or_(item.ends.is_(None), item.ends >= on),
        )
    )
    return Entries(Entry(*row) for row in rows)
