"""Price lists: what groups of customers, or one customer, pay for a product."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    check,
    field,
    index,
    many_to_one,
    one_to_many,
    or_,
    percent,
    price,
    quantity,
    text,
)
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner

from .category import Category
from .product import Product


class PriceList(Model, label=_("Price list"), plural=_("Price lists"), title="name", order_by="name", versioned=True):
    """Prices of a group of customers in one currency."""

    name: Mapped[str] = text(label=_("Name"), unique=True)
    currency: Mapped[Currency] = many_to_one(label=_("Currency"))
    currency_id: Mapped[int]
    rate: Mapped[Decimal] = price(
        label=_("Rate"),
        default=1,
        help=_("List prices in the currency of the company times this rate give this currency."),
    )
    active: Mapped[bool] = field(label=_("Active"), default=True)
    items: Mapped[list["PriceItem"]] = one_to_many(inverse="price_list", owned=True, order_by="id", label=_("Prices"))

    _rate = check(lambda cls: cls.rate > 0, message=_("The rate of a price list is greater than 0."))


class PriceItem(Model, label=_("Price"), plural=_("Prices"), order_by="id"):
    """One price: of a price list or of one customer, for a product, a category or everything.

    It gives either a price in `currency` or a discount on the list price, from a least quantity on, between two dates
    (both included). `tradewright_product.services.pricing` says which of several wins.
    """

    price_list: Mapped[PriceList | None] = many_to_one(label=_("Price list"), on_delete="cascade")
    price_list_id: Mapped[int | None]
    customer: Mapped[Partner | None] = many_to_one(label=_("Customer"), on_delete="cascade")
    customer_id: Mapped[int | None]
    product: Mapped[Product | None] = many_to_one(label=_("Product"), on_delete="cascade")
    product_id: Mapped[int | None]
    category: Mapped[Category | None] = many_to_one(label=_("Category"), on_delete="cascade")
    category_id: Mapped[int | None]
    min_quantity: Mapped[Decimal] = quantity(label=_("From quantity"), default=0, at_least=0)
    price: Mapped[Decimal | None] = price(label=_("Price"), at_least=0)
    discount: Mapped[Decimal | None] = percent(label=_("Discount on the list price"), at_least=0, at_most=100)
    currency: Mapped[Currency] = many_to_one(
        label=_("Currency"),
        default=lambda env: env.company.currency,
        help=_("Entries of a price list have that of the list."),
    )
    currency_id: Mapped[int]
    starts: Mapped[date | None] = field(label=_("Starts"))
    ends: Mapped[date | None] = field(label=_("Ends"))

    _lookup = index("product", "price_list")
    _owner = check(
        lambda cls: cls.price_list_id.is_(None) != cls.customer_id.is_(None),
        message=_("A price belongs to a price list or to a customer: fill in one of the two."),
    )
    _subject = check(
        lambda cls: or_(cls.product_id.is_(None), cls.category_id.is_(None)),
        message=_("A price is for a product or for a category: leave one of the two empty."),
    )
    _value = check(
        lambda cls: cls.price.is_(None) != cls.discount.is_(None),
        message=_("Fill in a price or a discount, not both."),
    )
    _priced = check(
        lambda cls: or_(cls.price.is_(None), cls.product_id.is_not(None)),
        message=_("A price is for one product: for several products give a discount."),
    )
    _dates = check(
        lambda cls: or_(cls.starts.is_(None), cls.ends.is_(None), cls.starts <= cls.ends),
        message=_("The price ends before it starts: correct one of the dates."),
    )

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Give the entries of a price list its currency."""
        super().before_save(env, records)
        for item in records:
            prices = item.price_list or (env.get(PriceList, item.price_list_id) if item.price_list_id else None)
            if prices is not None:
                item.currency = prices.currency

    def display_name(self) -> str:
        """For what and whom the price is."""
        subject = self.product or self.category
        owner = self.price_list or self.customer
        return ", ".join(record.display_name() for record in (subject, owner) if record)
