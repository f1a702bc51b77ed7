"""Running campaigns: who sees them, and which discount they give on a product."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import and_, not_, or_, select

from ..models.campaign import Campaign
from ..models.category import Category
from ..models.product import Product

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from tradewright.orm import ColumnElement, Env
    from tradewright_base.models.partner import Partner


@dataclass(frozen=True, slots=True)
class Discount:
    """A campaign's discount in per cent."""

    campaign_id: int
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a campaign gives its discount on: `everything`, or these products and those of these categories."""

    everything: bool
    product_ids: frozenset[int]
    category_ids: frozenset[int]


def running_campaigns(env: Env, customer: Partner | None, on: date) -> list[Campaign]:
    """The campaigns that run on a day for a customer (None: only those for everybody), the highest discount first."""
    account_id = customer.account.id if customer else None
    campaign = env[Campaign]
    with env.elevate("which campaigns concern a customer is decided from the customers of all campaigns"):
        return env.all(
            select(campaign).where(_running(env, account_id, on)).order_by(campaign.discount.desc(), campaign.id)
        )


def _running(env: Env, account_id: int | None, on: date) -> ColumnElement[bool]:
    campaign = env[Campaign]
    everybody = not_(campaign.customers.any())
    chosen = everybody if account_id is None else or_(everybody, campaign.customers.any(id=account_id))
    return and_(campaign.active.is_(True), campaign.starts <= on, campaign.ends >= on, chosen)


def discounts(env: Env, account_id: int | None, chains: Mapping[int, Sequence[int]], on: date) -> dict[int, Discount]:
    """The best discount of each product; at most three statements.

    `chains` maps the number of a product to its category and the categories above it. Of equal discounts the oldest
    campaign gives it. Needs elevated rights or a reader of campaigns.
    """
    campaign = env[Campaign]
    running = env.execute(
        select(campaign.id, campaign.discount, campaign.products.any(), campaign.categories.any())
        .where(_running(env, account_id, on))
        .order_by(campaign.discount.desc(), campaign.id)
    ).all()
    products = _links(env, Product, [row[0] for row in running if row[2]], chains.keys())
    above = {category for chain in chains.values() for category in chain}
    categories = _links(env, Category, [row[0] for row in running if row[3]], above)
    best: dict[int, Discount] = {}
    for campaign_id, discount, some_products, some_categories in running:
        everything = not some_products and not some_categories
        for product_id, chain in chains.items():
            if product_id in best:
                continue
            if (
                everything
                or product_id in products.get(campaign_id, ())
                or categories.get(campaign_id, set()) & set(chain)
            ):
                best[product_id] = Discount(campaign_id, discount)
    return best


def coverage(env: Env, campaign: Campaign) -> Coverage:
    """What a campaign covers, with the subcategories of its categories; three statements. Needs elevated rights."""
    model, product, category = env[Campaign], env[Product], env[Category]
    products = env.all(select(product.id).join(model.products.of_type(product)).where(model.id == campaign.id))
    named = env.all(select(category.id).join(model.categories.of_type(category)).where(model.id == campaign.id))
    within = set(named)
    if named:
        # Parents come before their children only by luck: look until nothing is added.
        parents = env.execute(select(category.id, category.parent_id)).all()
        while added := {child for child, parent in parents if parent in within} - within:
            within |= added
    return Coverage(not products and not named, frozenset(products), frozenset(within))


def _links(
    env: Env, target: type[Product | Category], campaign_ids: list[int], among: Collection[int]
) -> dict[int, set[int]]:
    """Which of the records `among` the campaigns name: number of the campaign to numbers of the records."""
    if not campaign_ids or not among:
        return {}
    campaign, record = env[Campaign], env[target]
    relation = campaign.products if target is Product else campaign.categories
    named: dict[int, set[int]] = {}
    for campaign_id, record_id in env.execute(
        select(campaign.id, record.id)
        .join(relation.of_type(record))
        .where(campaign.id.in_(campaign_ids), record.id.in_(among))
    ):
        named.setdefault(campaign_id, set()).add(record_id)
    return named
