"""Orders that earn points."""

from collections.abc import Sequence
from typing import Self

from tradewright.orm import Env, ids
from tradewright_sale.models.order import Order

from ..models.reward import Reward


class LoyalOrder(Order, extend=True):
    """An order whose points go when it is cancelled."""

    @classmethod
    def cancel(cls, env: Env, orders: Sequence[Self]) -> None:
        """Take back the points of cancelled orders."""
        super().cancel(env, orders)
        env.delete_where(Reward, env[Reward].order_id.in_(ids(orders)))
