"""What loyalty does when others act."""

from collections.abc import Sequence

from tradewright.hooks import hookimpl
from tradewright.orm import Env
from tradewright_sale.models.order import Order

from .models.reward import Reward


@hookimpl
def orders_confirmed(env: Env, orders: Sequence[Order]) -> None:
    """Give one point for each whole unit of the company's currency."""
    env.add_all(
        env[Reward](customer=order.customer, order=order, points=int(order.total))
        for order in orders
        if order.total >= 1
    )
