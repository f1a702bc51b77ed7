"""A small shop to look at: the models that the tests of views are held against."""

from datetime import date, datetime
from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import (
    Mapped,
    Model,
    choice,
    field,
    many_to_one,
    money,
    one_to_many,
    operation,
    quantity,
    secret,
    text,
)


class Customer(Model, label=_("Customer"), plural=_("Customers"), title="name", order_by="name"):
    """Who buys."""

    name: Mapped[str] = text(label=_("Name"))
    active: Mapped[bool] = field(label=_("Active"), default=True)
    token: Mapped[str | None] = secret(label=_("Token"))
    orders: Mapped[list["Order"]] = one_to_many(inverse="customer", label=_("Orders"))


class Order(Model, label=_("Order"), plural=_("Orders"), title="number", order_by="-id"):
    """What was bought."""

    number: Mapped[str] = text(label=_("Number"))
    customer: Mapped[Customer | None] = many_to_one(label=_("Customer"))
    state: Mapped[str] = choice(
        [("draft", _("Draft")), ("open", _("Open")), ("done", _("Done"))], label=_("State"), default="draft"
    )
    due: Mapped[date | None] = field(label=_("Due"))
    seen: Mapped[datetime | None] = field(label=_("Seen"))
    total: Mapped[Decimal | None] = money(label=_("Total"))
    rank: Mapped[int | None] = field(label=_("Rank"))
    size: Mapped[int | None] = field(label=_("Size"))
    urgent: Mapped[bool] = field(label=_("Urgent"))
    lines: Mapped[list["Line"]] = one_to_many(inverse="order", owned=True, label=_("Lines"))

    @operation(label=_("Confirm order"), permission="shop.user", states=("draft",), primary=True)
    @classmethod
    def confirm(cls, env: object, orders: object) -> None:
        """Confirm."""


class Line(Model, label=_("Line"), plural=_("Lines")):
    """One product of an order."""

    order: Mapped[Order] = many_to_one(label=_("Order"))
    product: Mapped[str] = text(label=_("Product"))
    amount: Mapped[Decimal] = quantity(label=_("Amount"))
