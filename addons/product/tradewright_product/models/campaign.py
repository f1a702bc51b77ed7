"""Campaigns: discounts for chosen customers and products between two dates."""

from datetime import date
from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, field, index, many_to_many, percent, text, translated
from tradewright_base.models.partner import Partner

from .category import Category
from .product import Product


class Campaign(
    Model,
    label=_("Campaign"),
    plural=_("Campaigns"),
    title="name",
    order_by="-starts",
    search=("name",),
    public=True,
    versioned=True,
):
    """A discount on top of every price. No customers: for all of them; no products and categories: on everything."""

    name: Mapped[str] = text(label=_("Name"), help=_("For us; customers read the headline."))
    headline: Mapped[str] = translated(label=_("Headline"))
    message: Mapped[str | None] = translated(label=_("Message"), multiline=True)
    discount: Mapped[Decimal] = percent(label=_("Discount"), at_most=100)
    starts: Mapped[date] = field(label=_("Starts"))
    ends: Mapped[date] = field(label=_("Ends"), help=_("The last day of the campaign."))
    active: Mapped[bool] = field(label=_("Active"), default=True)
    customers: Mapped[list[Partner]] = many_to_many(label=_("Customers"), help=_("Empty: all customers."))
    products: Mapped[list[Product]] = many_to_many(label=_("Products"))
    categories: Mapped[list[Category]] = many_to_many(label=_("Categories"), help=_("With all their subcategories."))

    _running = index("active", "starts", "ends")
    _discount = check(lambda cls: cls.discount > 0, message=_("The discount of a campaign is above 0 %."))
    _dates = check(
        lambda cls: cls.starts <= cls.ends, message=_("The campaign ends before it starts: correct one of the dates.")
    )
