"""Moves: a quantity of a product that goes from one location to another."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, check, choice, field, fields, frozen, index, many_to_one
from tradewright_product.models.product import Product

from .location import Location

if TYPE_CHECKING:
    from .shipment import Shipment


class Move(Model, label=_("Move"), plural=_("Moves"), order_by="-id", audit="none"):
    """A planned or done movement of goods. A done one is a fact: a mistake is corrected by a move back."""

    shipment: Mapped["Shipment | None"] = many_to_one(label=_("Shipment"), on_delete="cascade")
    shipment_id: Mapped[int | None]
    product: Mapped[Product] = many_to_one(label=_("Product"), index=False)
    product_id: Mapped[int]
    source: Mapped[Location] = many_to_one(label=_("From"), index=False)
    source_id: Mapped[int]
    destination: Mapped[Location] = many_to_one(label=_("To"), index=False)
    destination_id: Mapped[int]
    quantity: Mapped[Decimal] = fields.quantity(label=_("Quantity"), unit="product.uom")
    reserved: Mapped[Decimal] = fields.quantity(
        label=_("Reserved"), unit="product.uom", default=0, at_least=0, readonly=True
    )
    state: Mapped[str] = choice(
        [
            ("waiting", _("Waiting for stock")),
            ("reserved", _("Reserved")),
            ("done", _("Done")),
            ("cancelled", _("Cancelled")),
        ],
        label=_("State"),
        default="waiting",
        readonly=True,
    )
    done_at: Mapped[datetime | None] = field(label=_("Done at"), readonly=True)

    _positive = check(lambda move: move.quantity > 0, message=_("A quantity is greater than 0."))
    _reserved = check(lambda move: move.reserved <= move.quantity, message=_("More is reserved than is to be moved."))
    _somewhere = check(
        lambda move: move.source_id != move.destination_id, message=_("Source and destination are equal.")
    )
    _waiting = index("product", "source", "state")
    _kept = frozen(when={"state": ("done", "cancelled")})

    @property
    def missing(self) -> Decimal:
        """What is not reserved yet."""
        return self.quantity - self.reserved

    def continued(self, env: Env, quantity: Decimal) -> Self:
        """Return a new move for what is left of this one; addons carry over what they know of it."""
        return env[type(self)](
            product_id=self.product_id,
            source_id=self.source_id,
            destination_id=self.destination_id,
            quantity=quantity,
        )

    def display_name(self) -> str:
        """Quantity and product."""
        return f"{self.quantity.normalize():f} × {self.product.display_name()}"
