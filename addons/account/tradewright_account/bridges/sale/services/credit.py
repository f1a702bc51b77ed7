"""Credit of customers who order: what they owe, what they have ordered, and what they may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradewright.base.numbers import round_half_up
from tradewright.i18n import _
from tradewright.orm import select
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_sale.hooks import Blocker
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from ....hooks import balance_over_limit
from ....services.credit import NOTHING, Exposure, open_amounts

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ....extends.partner import DebtorPartner
    from ..extends.order import InvoicedOrderLine


def queue(env: Env, orders: Sequence[Order]) -> None:
    """Lock the customers, in one order: the orders of each are decided one after the other."""
    env.lock(Partner, {order.customer_id for order in orders})


def exposure(env: Env, partner_ids: Iterable[int]) -> dict[int, Exposure]:
    """Return what customers owe and have on order that is not invoiced (with tax); two statements."""
    wanted = set(partner_ids)
    invoiced = open_amounts(env, wanted)
    ordered = _ordered(env, wanted)
    return {one: Exposure(invoiced.get(one, NOTHING), ordered.get(one, NOTHING)) for one in wanted}


def _ordered(env: Env, wanted: set[int]) -> dict[int, Decimal]:
    """The value of confirmed orders that no invoice covers yet, by customer; each order's open part of its total."""
    order, line, currency = env[Order], cast("type[InvoicedOrderLine]", env[OrderLine]), env[Currency]
    rows = env.execute(
        select(
            order.customer_id,
            order.total,
            order.untaxed,
            line.quantity,
            line.cancelled,
            line.invoiced,
            line.unit_price,
            line.discount,
            currency.digits,
        )
        .join(order, order.id == line.order_id)
        .join(currency, currency.id == order.currency_id)
        .where(
            order.customer_id.in_(wanted),
            order.state.in_(("confirmed", "done")),
            line.invoiced + line.cancelled < line.quantity,
        )
    )
    values: dict[int, Decimal] = {}
    places = 0
    for customer_id, total, untaxed, quantity, cancelled, invoiced, price, discount, digits in rows:
        places = max(places, digits)
        net = (quantity - cancelled - invoiced) * price * (100 - discount) / 100
        gross = net * total / untaxed if untaxed else net
        values[customer_id] = values.get(customer_id, NOTHING) + gross
    return {customer_id: round_half_up(value, places) for customer_id, value in values.items()}


def blockers(env: Env, orders: Sequence[Order]) -> list[Blocker]:
    """Return why orders have to wait: the customer is on hold, or the order would exceed the limit."""
    customers = {order.customer_id: cast("DebtorPartner", order.customer) for order in orders}
    found = [
        Blocker(order.id, "account.credit-hold", _("The account is on hold: our accounting will get in touch."))
        for order in orders
        if customers[order.customer_id].credit_hold
    ]
    limited = {one for one, customer in customers.items() if customer.credit_limit is not None}
    if not limited:
        return found
    owed = {one: exposure_.total for one, exposure_ in exposure(env, limited).items()}
    over: dict[int, Any] = {}
    for order in orders:
        limit = customers[order.customer_id].credit_limit
        if limit is None:
            continue
        owed[order.customer_id] += order.total
        if owed[order.customer_id] > limit:
            over[order.customer_id] = customers[order.customer_id]
            found.append(Blocker(order.id, "account.credit-limit", _exceeded(env, limit, owed[order.customer_id])))
            owed[order.customer_id] -= order.total
    if over:
        env.hook(balance_over_limit)(env, list(over.values()))
    return found


def _exceeded(env: Env, limit: Decimal, owed: Decimal) -> Any:
    code = env.company.currency.code
    return _(
        "With this order the account would stand at {owed}, which is over its limit of {limit}.",
        owed=env.format.money(owed, code),
        limit=env.format.money(limit, code),
    )
