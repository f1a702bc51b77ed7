"""Points that a customer got."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, many_to_one
from tradewright_base.models.partner import Partner
from tradewright_sale.models.order import Order


class Reward(Model, label=_("Reward"), plural=_("Rewards"), order_by="-id"):
    """Points given to a customer, at most once for an order."""

    customer: Mapped[Partner] = many_to_one(label=_("Customer"))
    customer_id: Mapped[int]
    order: Mapped[Order | None] = many_to_one(label=_("Order"), unique=True)
    order_id: Mapped[int | None]
    points: Mapped[int] = field(label=_("Points"), at_least=1, at_most=1_000_000)
