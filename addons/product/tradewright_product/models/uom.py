"""Units of measure and the conversion between them."""

from decimal import Decimal

from tradewright.base.numbers import round_half_up
from tradewright.i18n import Text, _
from tradewright.orm import Mapped, Model, check, choice, field, text, translated

from .. import errors
from ..services import units


class UnitOfMeasure(
    Model,
    label=_("Unit of measure"),
    plural=_("Units of measure"),
    title="name",
    order_by="category",
    search=("name", "code"),
):
    """A unit in which quantities are counted, with its UN/ECE Recommendation 20 code.

    Units of one category convert into each other: `factor` is how many base units of the category one of this unit is.
    Packages don't: what is in a box depends on the product.
    """

    name: Mapped[str] = translated(label=_("Name"))
    code: Mapped[str] = text(
        label=_("Code"), max_length=3, help=_("UN/ECE Recommendation 20, with the packages of Recommendation 21.")
    )
    category: Mapped[str] = choice(
        [
            ("count", _("Pieces")),
            ("package", _("Packages")),
            ("weight", _("Weight")),
            ("length", _("Length")),
            ("area", _("Area")),
            ("volume", _("Volume")),
            ("time", _("Time")),
        ],
        label=_("Category"),
        default="count",
    )
    factor: Mapped[Decimal] = field(scale=6, label=_("Factor"), default=1, help=_("Base units in one of this unit."))
    digits: Mapped[int] = field(
        label=_("Digits"), default=0, at_least=0, at_most=6, help=_("Digits after the decimal mark of a quantity.")
    )
    active: Mapped[bool] = field(label=_("Active"), default=True)

    _factor = check(lambda cls: cls.factor > 0, message=_("The factor of a unit is greater than 0."))

    def counted(self, quantity: Decimal) -> Text | None:
        """The word for this unit beside a quantity, as "pcs"; None where its name is to be written."""
        source: str = getattr(self, "name_source")  # noqa: B009  # the stored half of the translated name
        return units.counted(self.code, source, quantity)

    def round(self, quantity: Decimal) -> Decimal:
        """The quantity rounded half up to the digits of this unit."""
        return round_half_up(quantity, self.digits)

    def convert(self, quantity: Decimal, to: "UnitOfMeasure") -> Decimal:
        """A quantity in this unit expressed in another of the same category, rounded half up to its digits.

        Raises UserError where the two units measure different things, or are different packages.
        """
        if self is to:
            return to.round(quantity)
        if self.category != to.category or self.category == "package":
            raise errors.no_conversion(self.name, to.name)
        return to.round(quantity * self.factor / to.factor)
