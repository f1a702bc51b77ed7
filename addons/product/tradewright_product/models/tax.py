"""Taxes on sales, and which apply to whom."""

from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import (
    Mapped,
    Model,
    case,
    check,
    choice,
    field,
    many_to_one,
    one_to_many,
    percent,
    text,
    translated,
    unique,
)


class Tax(
    Model,
    label=_("Tax"),
    plural=_("Taxes"),
    title="name",
    order_by="position",
    search=("name",),
    versioned=True,
):
    """A tax on a line: its rate and its category in the code list UNCL 5305 of an electronic invoice."""

    name: Mapped[str] = translated(label=_("Name"))
    rate: Mapped[Decimal] = percent(label=_("Rate"), at_least=0, at_most=100)
    category: Mapped[str] = choice(
        [
            ("S", _("Standard or reduced rate")),
            ("Z", _("Zero rate")),
            ("E", _("Exempt")),
            ("AE", _("Reverse charge")),
            ("K", _("Supply within the European Union")),
            ("G", _("Export outside the European Union")),
            ("O", _("Outside the scope of tax")),
        ],
        label=_("Category"),
        default="S",
    )
    exemption_reason: Mapped[str | None] = text(
        label=_("Reason of exemption"), help=_("Printed on the invoice where no tax is charged.")
    )
    exemption_code: Mapped[str | None] = text(
        label=_("Code of exemption"), max_length=40, help=_("From the VATEX list of the European Commission.")
    )
    position: Mapped[int] = field(label=_("Position"), default=10)
    active: Mapped[bool] = field(label=_("Active"), default=True)

    _rate = check(
        lambda cls: case((cls.category == "S", cls.rate > 0), else_=cls.rate == 0),
        message=_("A standard tax has a rate above 0 %, every other category has 0 %."),
    )


class TaxPosition(
    Model,
    label=_("Tax position"),
    plural=_("Tax positions"),
    title="name",
    order_by="position",
    search=("name",),
):
    """The tax situation of a customer: which taxes replace those of the products."""

    name: Mapped[str] = translated(label=_("Name"))
    scope: Mapped[str] = choice(
        [
            ("manual", _("Only where chosen on the customer")),
            ("eu_business", _("Business with VAT number in another EU country")),
            ("export", _("Outside the European Union")),
        ],
        label=_("Applies to"),
        default="manual",
        help=_("Used for customers without a tax position of their own."),
    )
    position: Mapped[int] = field(label=_("Position"), default=10)
    active: Mapped[bool] = field(label=_("Active"), default=True)
    mappings: Mapped[list["TaxMapping"]] = one_to_many(inverse="tax_position", owned=True, label=_("Replacements"))


class TaxMapping(Model, label=_("Tax replacement"), plural=_("Tax replacements"), order_by="id"):
    """In a tax position, one tax replaced by another."""

    tax_position: Mapped[TaxPosition] = many_to_one(label=_("Tax position"), on_delete="cascade")
    tax_position_id: Mapped[int]
    source: Mapped[Tax | None] = many_to_one(
        label=_("Tax of the product"), help=_("Empty: every tax that no other line names.")
    )
    source_id: Mapped[int | None]
    target: Mapped[Tax] = many_to_one(label=_("Tax charged"))
    target_id: Mapped[int]

    _once = unique("tax_position", "source", message=_("The tax position replaces this tax already."))

    def display_name(self) -> str:
        """Both taxes."""
        return f"{self.source.name if self.source else '*'} → {self.target.name}"
