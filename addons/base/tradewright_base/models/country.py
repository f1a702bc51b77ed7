"""Countries: who a partner is for tax and for the post."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, text, translated


class Country(Model, label=_("Country"), plural=_("Countries"), title="name", order_by="code", search=("code", "name")):
    """A country of ISO 3166-1, with its name from CLDR in the languages of the site."""

    code: Mapped[str] = text(
        label=_("Code"), max_length=2, unique=True, readonly=True, help=_("Two letters of ISO 3166-1.")
    )
    name: Mapped[str] = translated(label=_("Name"))
    eu: Mapped[bool] = field(label=_("Member of the European Union"), default=False)

    @property
    def vat_prefix(self) -> str:
        """The two letters in front of a VAT number: the country code, but EL for Greece."""
        return "EL" if self.code == "GR" else self.code
