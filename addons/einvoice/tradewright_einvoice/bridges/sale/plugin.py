"""What e-invoicing answers those who sell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl
from tradewright_sale.models.order import Order

from .services import references

if TYPE_CHECKING:
    from tradewright.hooks import Verdict
    from tradewright.orm import Env, Model
    from tradewright_sale.hooks import Blocker


@hookimpl
def order_blockers(env: Env, orders: Sequence[Order]) -> list[Blocker]:  # noqa: ARG001  # the signature of the hook
    """Hold orders that lack a reference which their customer demands on its invoices."""
    return references.blockers(orders)


@hookimpl
def record_findings(env: Env, record: Model) -> Verdict | None:
    """Ask for the references while the order is written."""
    if not isinstance(record, Order) or not env.actor.has("sale.user"):
        return None
    return references.verdict(env, record)
