"""The demonstration's orders of the last three months: quotations, orders on hold, confirmed ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product

from .models.order import Order
from .services.place import Item, OrderRequest, create_order

if TYPE_CHECKING:
    from tradewright.orm import Env

AGES = (
    88,
    84,
    79,
    76,
    71,
    66,
    63,
    58,
    52,
    49,
    45,
    41,
    38,
    34,
    31,
    28,
    26,
    23,
    20,
    18,
    15,
    13,
    11,
    9,
    8,
    6,
    5,
    4,
    3,
    2,
    1,
    1,
    0,
    0,
)
"""How many days ago each order came in."""
QUOTATIONS = (1, 0, 3)


def write(env: Env, today: date) -> list[Order]:
    """Write the orders and return those that were confirmed, oldest first."""
    chance = random.Random(20260302)  # noqa: S311  # the same demonstration every time
    partner, product = env[Partner], env[Product]
    customers = env.all(
        select(partner)
        .where(partner.is_customer.is_(True), partner.kind == "company", partner.parent_id.is_(None))
        .order_by(partner.id)
    )
    products = env.all(select(product).where(product.active.is_(True), product.sellable.is_(True)).order_by(product.id))
    if not customers or not products:
        return []
    confirmed: list[Order] = []
    for place, age in enumerate(AGES):
        # What was done today was done by now.
        moment = min(
            datetime.combine(today - timedelta(days=age), time(8 + place % 9, 12 + place), tzinfo=UTC), env.now
        )
        with env.at(moment):
            order = create_order(env, _request(env, chance, customers[place * 7 % len(customers)], products, place))
            if age not in QUOTATIONS:
                env[Order].confirm(env, [order])
                confirmed.append(order)
            elif age:
                env[Order].send(env, [order])
    env.take_numbers()
    return confirmed


def _request(
    env: Env, chance: random.Random, customer: Partner, products: Sequence[Product], place: int
) -> OrderRequest:
    chosen = chance.sample(list(products), chance.randint(2, 9))
    return OrderRequest(
        customer=customer,
        contact=customer.children[0] if customer.children else None,
        delivery_address=customer.addresses[0] if customer.addresses else None,
        items=[Item(one.id, one.smallest_quantity * Decimal(chance.choice((1, 1, 2, 3, 5)))) for one in chosen],
        reference=f"PO-{4700 + place * 3}",
        requested_date=env.today + timedelta(days=chance.randint(2, 9)),
        channel="portal" if place % 3 else "office",
    )
