"""What is sold."""

from decimal import ROUND_CEILING, Decimal

from tradewright.i18n import _
from tradewright.orm import (
    Mapped,
    Model,
    attachment,
    check,
    choice,
    field,
    index,
    many_to_one,
    price,
    quantity,
    text,
    translated,
)
from tradewright_base.models.attachment import Attachment

from .category import Category
from .tax import Tax
from .uom import UnitOfMeasure


class Product(
    Model,
    label=_("Product"),
    plural=_("Products"),
    title="name",
    order_by="sku",
    search=("sku", "name", "barcode"),
    public=True,
    versioned=True,
):
    """Goods or a service with its price, unit and tax. Withdrawing one means `active` is off: documents keep it."""

    sku: Mapped[str] = text(label=_("Article number"), max_length=40, unique=True)
    name: Mapped[str] = translated(label=_("Name"))
    description: Mapped[str | None] = translated(label=_("Description"), multiline=True)
    category: Mapped[Category | None] = many_to_one(label=_("Category"))
    category_id: Mapped[int | None]
    kind: Mapped[str] = choice([("goods", _("Goods")), ("service", _("Service"))], label=_("Kind"), default="goods")
    uom: Mapped[UnitOfMeasure] = many_to_one(label=_("Unit"))
    uom_id: Mapped[int]
    list_price: Mapped[Decimal] = price(
        label=_("List price"), default=0, at_least=0, help=_("Net, in the currency of the company.")
    )
    cost: Mapped[Decimal] = price(
        label=_("Cost"), default=0, at_least=0, help=_("Net, in the currency of the company.")
    )
    tax: Mapped[Tax | None] = many_to_one(label=_("Tax"))
    tax_id: Mapped[int | None]
    barcode: Mapped[str | None] = text(label=_("Barcode"), max_length=40, unique=True)
    pack_size: Mapped[Decimal] = quantity(
        unit="uom", label=_("Pack size"), default=1, help=_("Sold in multiples of this quantity.")
    )
    min_order: Mapped[Decimal] = quantity(unit="uom", label=_("Smallest order"), default=0, at_least=0)
    weight: Mapped[Decimal] = quantity(
        unit="kg", label=_("Weight"), default=0, at_least=0, help=_("Gross, of one unit.")
    )
    customs_code: Mapped[str | None] = text(
        label=_("Customs code"), max_length=12, help=_("Combined Nomenclature, eight digits.")
    )
    image: Mapped[Attachment | None] = attachment(label=_("Picture"))
    sellable: Mapped[bool] = field(label=_("Can be sold"), default=True)
    active: Mapped[bool] = field(label=_("Active"), default=True)

    _on_sale = index("active", "sellable")
    _pack = check(lambda cls: cls.pack_size > 0, message=_("A pack size is greater than 0."))

    @property
    def smallest_quantity(self) -> Decimal:
        """The least that can be ordered: the smallest order, rounded up to whole packs."""
        packs = (self.min_order / self.pack_size).to_integral_value(ROUND_CEILING)
        return max(packs, Decimal(1)) * self.pack_size

    def name_in(self, language: str) -> str:
        """Return the name in a language, that of the source where it has none in it; for documents of a customer."""
        names: dict[str, str] = getattr(self, "name_i18n", None) or {}
        source: str = getattr(self, "name_source", "")
        return names.get(language) or source

    def display_name(self) -> str:
        """Article number and name, as people say it on the phone."""
        return f"[{self.sku}] {self.name}"
