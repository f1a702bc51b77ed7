"""Completing orders: terms of the customer, prices of new lines, amounts and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import blank, select
from tradewright_base.models.currency import Currency
from tradewright_product.models.tax import Tax
from tradewright_product.services.amounts import net_amount
from tradewright_product.services.pricing import Want, price_lines
from tradewright_product.services.tax import tax_breakdown

from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.extends.partner import PricedPartner
    from tradewright_product.models.product import Product
    from tradewright_product.services.pricing import Quote

    from ..models.order import Order
    from ..models.order_line import OrderLine

DECISIVE = ("product", "quantity", "cancelled", "unit_price", "discount", "tax", "tax_id")


def complete(env: Env, orders: Sequence[Order]) -> None:
    """Bring orders that are about to be written in step: prices of lines that have none yet, amounts, totals."""
    for order in orders:
        if order.state in {"confirmed", "done", "cancelled"} and not _unpriced(order):
            _refresh(order)
            continue
        _price(env, order)
        _refresh(order)


def _unpriced(order: Order) -> list[OrderLine]:
    return [line for line in order.lines if blank(line, "unit_price")]


def _price(env: Env, order: Order) -> None:
    """Price the lines that have no price yet, all at once."""
    lines = _unpriced(order)
    if not lines:
        if blank(order, "currency"):
            order.currency = _currency(env, order)
        return
    for line in lines:
        _check_quantity(line)
    wants = [Want(line.product.id, line.quantity) for line in lines]
    known = {line.product.id: line.product for line in lines}
    quotes = price_lines(
        env, order.customer, wants, env.today if blank(order, "order_date") else order.order_date, known.values()
    )
    with env.elevate("the taxes and the currency of new lines are the customer's terms"):
        wanted = {quote.tax_id for quote in quotes}
        taxes = {tax.id: tax for tax in env.scalars(select(env[Tax]).where(env[Tax].id.in_(wanted)))}
        if blank(order, "currency"):
            order.currency = env.one(Currency, quotes[0].currency_id)
    last = max((line.position or 0 for line in order.lines), default=0)
    for line, quote in zip(lines, quotes, strict=True):
        if not line.position:
            last += 10
            line.position = last
        _fill(line, quote, taxes, order.customer.language or env.language)


def _currency(env: Env, order: Order) -> Currency:
    prices = cast("PricedPartner", order.customer).price_list
    return prices.currency if prices else cast("Currency", env.company.currency)


def _check_quantity(line: OrderLine) -> None:
    product: Product = line.product
    if blank(line, "quantity") or line.quantity <= 0:
        raise errors.bad_quantity(product.display_name())


def _fill(line: OrderLine, quote: Quote, taxes: Mapping[int, Tax], language: str) -> None:
    product: Product = line.product
    if quote.tax_id is None:
        raise errors.no_tax(product.display_name())
    line.description = line.description or product.name_in(language)
    if blank(line, "uom_id"):
        line.uom_id = product.uom_id
    line.list_price = quote.list_price
    line.unit_price = quote.unit_price
    if blank(line, "discount"):
        line.discount = quote.discount
        line.campaign_id = quote.campaign_id
    if blank(line, "tax"):
        line.tax = taxes[quote.tax_id]


def _refresh(order: Order) -> None:
    """Compute the amounts of the lines and the totals of an order, by the rules of EN 16931."""
    digits = order.currency.digits
    parts = []
    for line in order.lines:
        amount = net_amount(line.quantity - (line.cancelled or 0), line.unit_price, line.discount, digits)
        if line.subtotal != amount:
            line.subtotal = amount
        parts.append((amount, line.tax))
    taxes = tax_breakdown(parts, digits)
    untaxed = sum((amount for amount, _tax in parts), Decimal(0))
    tax_total = sum((tax.amount for tax in taxes), Decimal(0))
    for name, value in (("untaxed", untaxed), ("tax_total", tax_total), ("total", untaxed + tax_total)):
        if getattr(order, name) != value:
            setattr(order, name, value)
