"""Where goods are: warehouses, their places, and the places outside that goods come from and go to."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, choice, field, many_to_one, text
from tradewright_base.models.address import Address


class Location(
    Model, label=_("Location"), plural=_("Locations"), title="name", order_by="code", search=("name", "code")
):
    """A place of goods. Only `internal` places hold stock of ours; the others are where goods come from and go to."""

    name: Mapped[str] = text(label=_("Name"))
    code: Mapped[str] = text(label=_("Code"), max_length=40, unique=True)
    kind: Mapped[str] = choice(
        [
            ("internal", _("In a warehouse")),
            ("customer", _("At customers")),
            ("supplier", _("At suppliers")),
            ("loss", _("Inventory difference")),
        ],
        label=_("Kind"),
        default="internal",
        index=True,
    )
    active: Mapped[bool] = field(label=_("Active"), default=True)


class Warehouse(
    Model,
    label=_("Warehouse"),
    plural=_("Warehouses"),
    title="name",
    order_by="position, code",
    search=("name", "code"),
    company=True,
):
    """A building that ships and receives; the first one of a company serves its orders."""

    company_id: Mapped[int]
    name: Mapped[str] = text(label=_("Name"))
    code: Mapped[str] = text(label=_("Code"), max_length=10, unique=True)
    location: Mapped[Location] = many_to_one(label=_("Stock location"))
    location_id: Mapped[int]
    address: Mapped[Address | None] = many_to_one(label=_("Address"))
    position: Mapped[int] = field(label=_("Position"), default=10)
    active: Mapped[bool] = field(label=_("Active"), default=True)
