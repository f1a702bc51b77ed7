"""Stock adjustments: what was counted becomes what is there."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    choice,
    field,
    fields,
    frozen,
    many_to_one,
    one_to_many,
    operation,
    text,
    unique,
)
from tradewright_product.models.product import Product

from ..services import counting
from .location import Location


class Adjustment(
    Model,
    label=_("Stock adjustment"),
    plural=_("Stock adjustments"),
    title="number",
    order_by="-id",
    versioned=True,
    audit="all",
    company=True,
):
    """A count of products in one location; posting it books the differences."""

    number: Mapped[str | None] = text(label=_("Number"), readonly=True, unique=True, max_length=40)
    counted_on: Mapped[date] = field(label=_("Date"), default=lambda env: env.today)
    location: Mapped[Location] = many_to_one(label=_("Location"))
    location_id: Mapped[int]
    reason: Mapped[str | None] = text(label=_("Reason"))
    state: Mapped[str] = choice(
        [("draft", _("Draft")), ("posted", _("Posted"))], label=_("State"), default="draft", readonly=True, copy=False
    )
    posted_at: Mapped[datetime | None] = field(label=_("Posted at"), readonly=True, copy=False)
    lines: Mapped[list["AdjustmentLine"]] = one_to_many(inverse="adjustment", owned=True, label=_("Counted"))

    _kept = frozen(when={"state": ("posted",)}, once=("number",))

    @operation(label=_("Post"), permission="stock.user", states=("draft",), primary=True)
    @classmethod
    def post(cls, env: Env, adjustments: Sequence[Self]) -> None:
        """Book the differences between what was counted and what the levels say."""
        counting.post(env, adjustments)


class AdjustmentLine(Model, label=_("Counted product"), plural=_("Counted products"), order_by="id"):
    """How much of a product was counted."""

    adjustment: Mapped[Adjustment] = many_to_one(label=_("Adjustment"), on_delete="cascade")
    adjustment_id: Mapped[int]
    product: Mapped[Product] = many_to_one(label=_("Product"))
    product_id: Mapped[int]
    counted: Mapped[Decimal] = fields.quantity(label=_("Counted"), unit="product.uom", at_least=0)
    difference: Mapped[Decimal] = fields.quantity(label=_("Difference"), unit="product.uom", default=0, readonly=True)

    _once = unique("adjustment", "product", message=_("The product is counted on this adjustment already."))
