"""What buyers do with orders."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, operation
from tradewright_sale.models.order import Order


class PortalOrder(Order, extend=True):
    """An order that a buyer places: what is checked is the same as for one of ours, the right is another."""

    @operation(label=_("Place order"), permission="b2b_portal.buyer", states=("draft",))
    @classmethod
    def place(cls, env: Env, orders: Sequence[Self]) -> None:
        """Confirm what a buyer has just put together."""
        cls.confirm(env, orders)

    @operation(label=_("Ask for a quotation"), permission="b2b_portal.buyer", states=("draft",))
    @classmethod
    def ask(cls, env: Env, orders: Sequence[Self]) -> None:
        """Turn what a buyer has handed in, but we can't do just so, into a quotation to accept."""
        cls.send(env, orders)

    @operation(label=_("Accept quotation"), permission="b2b_portal.buyer", states=("sent",))
    @classmethod
    def accept_quotation(cls, env: Env, orders: Sequence[Self]) -> None:
        """Confirm quotations that were sent to the customer."""
        cls.confirm(env, orders)
