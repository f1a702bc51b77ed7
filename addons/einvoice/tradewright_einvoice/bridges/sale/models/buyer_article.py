"""The article numbers of customers."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, many_to_one, text, unique
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product


class BuyerArticle(
    Model,
    label=_("Customer's article number"),
    plural=_("Customers' article numbers"),
    title="number",
    order_by="number",
    search=("number",),
):
    """What a customer calls one of our products in its orders."""

    customer: Mapped[Partner] = many_to_one(label=_("Customer"), on_delete="cascade")
    customer_id: Mapped[int]
    number: Mapped[str] = text(label=_("Customer's article number"), max_length=80)
    product: Mapped[Product] = many_to_one(label=_("Product"), on_delete="cascade")
    product_id: Mapped[int]

    _one = unique("customer", "number", message=_("This customer has that article number already."))
