"""Further addresses of a partner: where goods and invoices go."""

from tradewright.i18n import _
from tradewright.orm import Mapped, choice, field, many_to_one, text

from .partner import Partner
from .postal import Postal


class Address(Postal, label=_("Address"), plural=_("Addresses"), title="name", order_by="name", public=True):
    """A delivery or invoice address besides the partner's own."""

    partner: Mapped[Partner] = many_to_one(label=_("Partner"), on_delete="cascade")
    partner_id: Mapped[int]
    kind: Mapped[str] = choice(
        [("delivery", _("Delivery address")), ("invoice", _("Invoice address"))], label=_("Kind"), default="delivery"
    )
    name: Mapped[str] = text(label=_("Name"), help=_("The first line on the parcel: a site, a department, a person."))
    phone: Mapped[str | None] = text(label=_("Phone"), max_length=40)
    active: Mapped[bool] = field(label=_("Active"), default=True)

    def display_name(self) -> str:
        """Name and town, enough to choose between two."""
        return ", ".join(part for part in (self.name, self.street, self.city) if part)
