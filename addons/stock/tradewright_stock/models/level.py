"""How much of a product is where."""

from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, fields, many_to_one, unique
from tradewright_product.models.product import Product

from .location import Location


class StockLevel(Model, label=_("Stock level"), plural=_("Stock levels"), order_by="product", audit="none"):
    """The stock of a product in one internal location. Only moves change it, with the row locked.

    What goes to and comes from outside is told by the moves alone: a level there would be a row that everybody
    waits for.
    """

    product: Mapped[Product] = many_to_one(label=_("Product"), index=False)
    product_id: Mapped[int]
    location: Mapped[Location] = many_to_one(label=_("Location"))
    location_id: Mapped[int]
    on_hand: Mapped[Decimal] = fields.quantity(label=_("On hand"), unit="product.uom", default=0, at_least=0)
    reserved: Mapped[Decimal] = fields.quantity(label=_("Reserved"), unit="product.uom", default=0, at_least=0)

    _place = unique(
        "product", "location", message=_("There is a stock level of this product in this location already.")
    )
    _not_oversold = check(
        lambda level: level.reserved <= level.on_hand, message=_("More would be reserved than is in stock. Try again.")
    )

    @property
    def free(self) -> Decimal:
        """What can still be promised."""
        return self.on_hand - self.reserved

    def display_name(self) -> str:
        """Product and location."""
        return f"{self.product.display_name()} · {self.location.name}"
