"""Which rows a buyer may touch: those of the own company, and of the own person where something is personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import and_, or_, rows
from tradewright_base.models.address import Address
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from .models.cart import Cart, CartLine
from .models.notification import Notification

if TYPE_CHECKING:
    from tradewright.orm import Actor, ColumnElement


@rows(Cart)
def own_cart(cart: type[Cart], actor: Actor) -> ColumnElement[bool]:
    """The cart of the person, filled for the company it buys for now."""
    return and_(cart.user_id == actor.user_id, cart.customer_id == actor.customer_id)


@rows(CartLine)
def own_cart_lines(line: type[CartLine], actor: Actor) -> ColumnElement[bool]:
    """The lines of that cart."""
    return line.cart.has(user_id=actor.user_id, customer_id=actor.customer_id)


@rows(Notification)
def own_notifications(notification: type[Notification], actor: Actor) -> ColumnElement[bool]:
    """What was told to the person, about the company it buys for now."""
    return and_(notification.user_id == actor.user_id, notification.customer_id == actor.customer_id)


@rows(Partner)
def own_company(partner: type[Partner], actor: Actor) -> ColumnElement[bool]:
    """The company account and the people who work there."""
    return or_(partner.id == actor.customer_id, partner.parent_id == actor.customer_id, partner.id == actor.contact_id)


@rows(Address)
def own_addresses(address: type[Address], actor: Actor) -> ColumnElement[bool]:
    """The addresses of the company account."""
    return address.partner_id == actor.customer_id


@rows(Product)
def on_sale(product: type[Product], actor: Actor) -> ColumnElement[bool]:  # noqa: ARG001  # the same for everybody
    """What can be bought."""
    return and_(product.active.is_(True), product.sellable.is_(True))


def _shown(order: type[Order], actor: Actor) -> ColumnElement[bool]:
    """An order of the company; quotations that our own people are still working on are not shown."""
    return and_(order.customer_id == actor.customer_id, or_(order.state != "draft", order.channel == "portal"))


@rows(Order)
def own_orders(order: type[Order], actor: Actor) -> ColumnElement[bool]:
    """Orders of the company account."""
    return _shown(order, actor)


@rows(OrderLine)
def own_order_lines(line: type[OrderLine], actor: Actor) -> ColumnElement[bool]:
    """Lines of these orders."""
    order = line.order.property.mapper.class_
    return line.order.has(_shown(order, actor))
