"""References that customers demand on their e-invoices, asked for while the order is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewright.hooks import FieldFinding, Verdict
from tradewright.i18n import _
from tradewright_sale.hooks import Blocker
from tradewright_sale.models.order import OPEN_STATES

from ....services.places import BUYER_REFERENCE, ORDER_NUMBER
from ....services.wants import missing_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env
    from tradewright_sale.models.order import Order

_ASKED: Final = {"reference": ORDER_NUMBER.text, "buyer_reference": BUYER_REFERENCE.text}
_WAITS: Final = {
    "reference": _("Your invoice has to name your order number: tell us which one it is."),
    "buyer_reference": _(
        "Your invoice has to name your buyer reference, such as a Leitweg-ID: tell us which one it is."
    ),
}


def missing(order: Order) -> list[str]:
    """The fields of an order that its customer's e-invoices need and that are empty."""
    return missing_references(order.customer, reference=order.reference, buyer_reference=order.buyer_reference)


def blockers(orders: Sequence[Order]) -> list[Blocker]:
    """Why orders wait: a reference is missing, without which they could not be invoiced."""
    return [
        Blocker(order.id, f"einvoice.{name.replace('_', '-')}", _WAITS[name])
        for order in orders
        for name in missing(order)
    ]


def verdict(env: Env, order: Order) -> Verdict | None:
    """What the page of an open order says of its references; None where none is missing."""
    with env.elevate("who writes an order learns what its customer's e-invoices need"):
        found = missing(order) if order.state in OPEN_STATES else []
    if not found:
        return None
    return Verdict(
        _("The e-invoices of this customer need more, or the order waits on hold:"),
        "warning",
        tuple(FieldFinding(_ASKED[name], name, tone="warning") for name in found),
    )
