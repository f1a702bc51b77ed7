"""Placing orders: what the portal, an API or an import does with a list of wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.orm import select
from tradewright_product.models.product import Product

from .. import errors
from ..models.order import Order
from ..models.order_line import OrderLine

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_base.models.address import Address
    from tradewright_base.models.partner import Partner


@dataclass(frozen=True, slots=True)
class Item:
    """A product and how much of it, in the product's unit."""

    product_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """An order as somebody asks for it. Prices, taxes and totals are the server's business."""

    customer: Partner
    items: Sequence[Item]
    contact: Partner | None = None
    reference: str | None = None
    buyer_reference: str | None = None
    requested_date: date | None = None
    delivery_address: Address | None = None
    note: str | None = None
    channel: str = "office"
    values: dict[str, Any] = field(default_factory=dict)


def check_items(products: dict[int, Product], items: Sequence[Item]) -> None:
    """Refuse items that can't be sold: withdrawn products, bad quantities, broken packs."""
    for item in items:
        product = products[item.product_id]
        if not (product.active and product.sellable):
            raise errors.withdrawn(product.display_name())
        if item.quantity <= 0:
            raise errors.bad_quantity(product.display_name())
        if item.quantity % product.pack_size:
            raise errors.off_pack(product.display_name(), product.pack_size.normalize())


def create_order(env: Env, request: OrderRequest) -> Order:
    """Make a quotation from a request and return it, priced and with an id; needs the right to create orders.

    Raises UserError for withdrawn products, quantities that are none, and broken packs.
    """
    wanted = {item.product_id for item in request.items}
    product = env[Product]
    products = {record.id: record for record in env.scalars(select(product).where(product.id.in_(wanted)))}
    check_items(products, request.items)
    order = env[Order](
        customer=request.customer.account,
        contact=request.contact,
        reference=request.reference,
        buyer_reference=request.buyer_reference,
        requested_date=request.requested_date,
        delivery_address=request.delivery_address,
        note=request.note,
        channel=request.channel,
        lines=[env[OrderLine](product=products[item.product_id], quantity=item.quantity) for item in request.items],
        **request.values,
    )
    env.add(order)
    env.flush()
    return order
