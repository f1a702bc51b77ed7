"""The cart of a buyer: filled, changed, priced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright.orm.once import insert_once
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.services.amounts import net_amount
from tradewright_product.services.pricing import Quote, Want
from tradewright_product.services.tax import tax_breakdown

from .. import errors
from ..hooks import Stock, stock_of
from ..models.cart import Cart, CartLine
from .catalogue import plain, quotes_for

if TYPE_CHECKING:
    from tradewright.orm import Env

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cart: `quote` is its price, `short` what can't be promised now, `sold` whether it is on sale."""

    id: int
    product: Product
    quantity: Decimal
    quote: Quote
    amount: Decimal
    stock: Stock | None
    sold: bool

    @property
    def short(self) -> Decimal:
        """How much is missing."""
        return max(self.quantity - max(self.stock.free, Decimal(0)), Decimal(0)) if self.stock else Decimal(0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cart with its prices as they are now. `mark` changes with anything that the buyer would want to know."""

    lines: tuple[Line, ...]
    currency: str
    untaxed: Decimal
    taxes: tuple[tuple[Decimal, Decimal], ...]
    total: Decimal

    @property
    def mark(self) -> str:
        """The fingerprint of what is ordered and what it costs."""
        parts = [f"{line.product.id}:{plain(line.quantity)}:{plain(line.amount)}" for line in self.lines]
        return hashlib.sha256("|".join([*parts, self.currency, plain(self.total)]).encode()).hexdigest()[:32]


def held(env: Env) -> Cart:
    """Return the buyer's cart, locked; made at first use. Another company's goods don't stay in it."""
    actor = env.actor
    with env.elevate("the cart is the buyer's own"):
        insert_once(env, Cart, user_id=actor.user_id, customer_id=actor.customer_id)
        model = env[Cart]
        number = env.scalar(select(model.id).where(model.user_id == actor.user_id)) or 0
        (cart,) = env.lock(Cart, [number])
        if cart.customer_id != actor.customer_id:
            env.delete_where(CartLine, env[CartLine].cart_id == cart.id)
            cart.customer_id = actor.customer_id or 0
    return cart


def fitting(product: Product, quantity: Decimal) -> Decimal:
    """Return the next quantity that can be ordered: whole packs, at least the smallest order."""
    packs = (quantity / product.pack_size).to_integral_value(ROUND_CEILING)
    return max(packs * product.pack_size, product.smallest_quantity)


def find_product(env: Env, sku: str) -> Product:
    """Return what is on sale under an article number. Raises UserError."""
    product = env[Product]
    found = env.scalar(select(product).where(product.sku == sku))
    if found is None:
        raise errors.unknown_article(sku)
    return found


def put(env: Env, wanted: Mapping[int, Decimal]) -> None:
    """Add quantities of products to the cart, on top of what is there; three statements and one for the writing."""
    cart = held(env)
    line = env[CartLine]
    there = {one.product_id: one for one in env.all(select(line).where(line.cart_id == cart.id))}
    if len(there.keys() | wanted.keys()) > MOST_LINES:
        raise errors.too_many_lines(MOST_LINES)
    for product_id, quantity in wanted.items():
        if product_id in there:
            there[product_id].quantity = min(there[product_id].quantity + quantity, Decimal(999_999_999))
        else:
            env.add(line(cart_id=cart.id, product_id=product_id, quantity=quantity))
    env.flush()


def change(env: Env, quantities: Mapping[int, Decimal], remove: int | None = None) -> None:
    """Set quantities of lines by their id; 0 takes a line out, as `remove` does. Lines of others are not there."""
    cart = held(env)
    line = env[CartLine]
    for one in env.all(select(line).where(line.cart_id == cart.id)):
        quantity = quantities.get(one.id, one.quantity)
        if one.id == remove or quantity <= 0:
            env.delete(one)
        elif quantity != one.quantity:
            one.quantity = quantity
    env.flush()


def look(env: Env) -> Sheet:
    """Return the buyer's cart with prices, taxes and shortages; the statements don't depend on its length."""
    cart, line = env[Cart], env[CartLine]
    with env.elevate("a cart shows withdrawn products too, and the taxes of the customer"):
        rows = env.execute(
            select(line.id, line.quantity, line.product_id)
            .join(cart, cart.id == line.cart_id)
            .where(cart.user_id == env.actor.user_id, cart.customer_id == env.actor.customer_id)
            .order_by(line.id)
        ).all()
        product = env[Product]
        numbers = [row[2] for row in rows]
        products = {one.id: one for one in env.scalars(select(product).where(product.id.in_(numbers)))} if rows else {}
        for one in products.values():
            one.uom.name  # noqa: B018  # loaded here, for all at once
    quotes, code, digits = quotes_for(env, [Want(row[2], row[1]) for row in rows])
    stock = (env.first(stock_of)(env, numbers) or {}) if rows else {}
    lines = tuple(
        Line(
            row[0],
            products[row[2]],
            row[1],
            quote,
            net_amount(row[1], quote.unit_price, quote.discount, digits),
            stock.get(row[2]) if products[row[2]].kind == "goods" else None,
            products[row[2]].active and products[row[2]].sellable,
        )
        for row, quote in zip(rows, quotes, strict=True)
    )
    return _summed(env, lines, code, digits)


def _summed(env: Env, lines: Sequence[Line], code: str, digits: int) -> Sheet:
    tax = env[Tax]
    with env.elevate("the taxes of the customer"):
        wanted = {line.quote.tax_id for line in lines if line.quote.tax_id}
        taxes = {one.id: one for one in env.scalars(select(tax).where(tax.id.in_(wanted)))} if wanted else {}
    groups = tax_breakdown([(line.amount, taxes[line.quote.tax_id]) for line in lines if line.quote.tax_id], digits)
    untaxed = sum((line.amount for line in lines), Decimal(0))
    shown = tuple((group.tax.rate, group.amount) for group in groups)
    return Sheet(tuple(lines), code, untaxed, shown, untaxed + sum((amount for _rate, amount in shown), Decimal(0)))


def empty(env: Env, cart: Cart) -> None:
    """Take everything out of a cart."""
    env.delete_where(CartLine, env[CartLine].cart_id == cart.id)
