"""The lines of an order: what, how much, at which price."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    blank,
    check,
    field,
    fields,
    index,
    many_to_one,
    money,
    percent,
    price,
    text,
)
from tradewright_product.models.campaign import Campaign
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure

from ..services import totals

if TYPE_CHECKING:
    from .order import Order


class OrderLine(Model, label=_("Order line"), plural=_("Order lines"), title="description", order_by="position"):
    """One product on an order. Price and discount are fixed when the line is made, from the customer's terms."""

    order: Mapped["Order"] = many_to_one(label=_("Order"), on_delete="cascade")
    order_id: Mapped[int]
    position: Mapped[int] = field(label=_("Position"), default=0)
    product: Mapped[Product] = many_to_one(label=_("Product"))
    product_id: Mapped[int]
    description: Mapped[str] = text(label=_("Description"), max_length=500)
    quantity: Mapped[Decimal] = fields.quantity(label=_("Quantity"), unit="uom", default=1)
    uom: Mapped[UnitOfMeasure] = many_to_one(label=_("Unit"), readonly=True, index=False)
    uom_id: Mapped[int]
    list_price: Mapped[Decimal] = price(label=_("List price"), currency="order.currency", readonly=True)
    unit_price: Mapped[Decimal] = price(label=_("Unit price"), currency="order.currency", at_least=0)
    discount: Mapped[Decimal] = percent(label=_("Discount"), at_least=0, at_most=100)
    campaign: Mapped[Campaign | None] = many_to_one(label=_("Campaign"), readonly=True)
    campaign_id: Mapped[int | None]
    tax: Mapped[Tax] = many_to_one(label=_("Tax"), index=False)
    tax_id: Mapped[int]
    subtotal: Mapped[Decimal] = money(label=_("Net amount"), currency="order.currency", default=0, readonly=True)
    delivered: Mapped[Decimal] = fields.quantity(label=_("Delivered"), unit="uom", default=0, at_least=0, readonly=True)
    cancelled: Mapped[Decimal] = fields.quantity(label=_("Cancelled"), unit="uom", default=0, at_least=0, readonly=True)

    _positive = check(lambda line: line.quantity > 0, message=_("A quantity is greater than 0."))
    _within = check(
        lambda line: line.delivered + line.cancelled <= line.quantity,
        message=_("Delivered and cancelled can't exceed what was ordered."),
    )
    _in_order = index("order", "position")

    @property
    def open_quantity(self) -> Decimal:
        """What is still to be delivered."""
        return self.quantity - self.cancelled - self.delivered

    def requires_delivery(self) -> bool:
        """Tell whether the line is fulfilled by a delivery; without a warehouse nothing is."""
        return False

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Keep the orders' totals in step with their lines."""
        super().before_save(env, records)
        changed = [line for line in records if env.changed(line, *totals.DECISIVE)]
        orders = {id(line.order): line.order for line in changed if not blank(line, "order")}
        # An order whose lines came or went completes itself.
        totals.complete(env, [order for order in orders.values() if not env.changed(order, "lines")])
