"""What a buyer has put aside to order."""

from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, fields, many_to_one, one_to_many, unique
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User
from tradewright_product.models.product import Product


class Cart(Model, label=_("Cart"), plural=_("Carts"), audit="none"):
    """The cart of one person at one customer. It reserves nothing and keeps no prices: the order does both."""

    customer: Mapped[Partner] = many_to_one(label=_("Customer"), on_delete="cascade")
    customer_id: Mapped[int]
    user: Mapped[User] = many_to_one(label=_("Buyer"), on_delete="cascade", unique=True)
    user_id: Mapped[int]
    lines: Mapped[list["CartLine"]] = one_to_many(inverse="cart", owned=True, order_by="id", label=_("Lines"))


class CartLine(Model, label=_("Cart line"), plural=_("Cart lines"), audit="none"):
    """A product in a cart, in its own unit."""

    cart: Mapped[Cart] = many_to_one(label=_("Cart"), on_delete="cascade")
    cart_id: Mapped[int]
    product: Mapped[Product] = many_to_one(label=_("Product"), on_delete="cascade")
    product_id: Mapped[int]
    quantity: Mapped[Decimal] = fields.quantity(label=_("Quantity"), unit="product.uom")

    _once = unique("cart", "product", message=_("This product is in the cart already: change its quantity."))
    _positive = check(lambda line: line.quantity > 0, message=_("A quantity is greater than 0."))
