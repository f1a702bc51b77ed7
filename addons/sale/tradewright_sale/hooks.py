"""The hooks that the sale addon offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .models.order import Order


@dataclass(frozen=True, slots=True)
class Blocker:
    """A reason why an order has to wait for a person: `code` is permanent, `text` a sentence for the customer."""

    order_id: int
    code: str
    text: Any


@hookspec
def order_blockers(env: Env, orders: Sequence[Order]) -> list[Blocker]:
    """Name reasons why orders must wait for release before they are confirmed.

    When: at the start of `Order.confirm`, with the orders locked and priced, nothing reserved yet.
    Parameters: `env`, the unit of work, elevated; `orders`, the orders to be confirmed.
    Return: a `Blocker` for each reason; an order with at least one goes on hold instead of being confirmed.
    Order: dependency order; all reasons are kept.
    Since: 0.1
    """
    raise NotImplementedError


@hookspec
def orders_confirmed(env: Env, orders: Sequence[Order]) -> None:
    """React to confirmed orders.

    When: at the end of `Order.confirm`, in its transaction, after everybody's overrides.
    Parameters: `env`, the unit of work, elevated; `orders`, those that are confirmed now.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def orders_held(env: Env, orders: Sequence[Order]) -> None:
    """React to orders that were put on hold.

    When: in `Order.confirm`, in its transaction.
    Parameters: `env`, the unit of work, elevated; `orders`, those that wait for release now.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def orders_changed(env: Env, orders: Sequence[Order]) -> None:
    """React to confirmed orders whose lines were changed.

    When: at the end of `change_lines`, in its transaction; the totals are new.
    Parameters: `env`, the unit of work, elevated; `orders`, those that changed.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def orders_cancelled(env: Env, orders: Sequence[Order]) -> None:
    """React to cancelled orders.

    When: at the end of `Order.cancel`, in its transaction.
    Parameters: `env`, the unit of work, elevated; `orders`, those that are cancelled now.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """
