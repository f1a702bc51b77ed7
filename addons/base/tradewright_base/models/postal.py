"""The lines of a postal address, shared by companies, partners and addresses."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, many_to_one, text

from .country import Country


class Postal(Model, abstract=True):
    """A mixin: street, town and country of whoever carries it."""

    street: Mapped[str | None] = text(label=_("Street"))
    street2: Mapped[str | None] = text(label=_("Street, line 2"))
    zip: Mapped[str | None] = text(label=_("Postal code"), max_length=20)
    city: Mapped[str | None] = text(label=_("City"), max_length=100)
    region: Mapped[str | None] = text(
        label=_("Region"), max_length=100, help=_("State or province, where an address needs one.")
    )
    country: Mapped[Country | None] = many_to_one(label=_("Country"))
    country_id: Mapped[int | None]

    @property
    def postal_lines(self) -> list[str]:
        """The address as printed under a name, without empty lines, the country last."""
        town = " ".join(part for part in (self.zip, self.city) if part)
        country = self.country.name if self.country else None
        return [line for line in (self.street, self.street2, town, self.region, country) if line]
