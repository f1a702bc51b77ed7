"""Invoicing orders: a draft for what is delivered and not invoiced yet, never more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from tradewright_sale.models.order import Order

from .... import errors
from ....models.invoice import Invoice
from ....models.invoice_line import InvoiceLine

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..extends.invoice import OrderInvoice, OrderInvoiceLine
    from ..extends.order import InvoicedOrder, InvoicedOrderLine


def invoice(env: Env, orders: Sequence[InvoicedOrder]) -> list[Invoice]:
    """Draft the invoices of locked orders and note on their lines what is invoiced by them."""
    drafts: list[Invoice] = []
    for order in orders:
        lines = [line for line in cast("list[InvoicedOrderLine]", order.lines) if line.to_invoice > 0]
        if not lines:
            raise errors.nothing_to_invoice(order.display_name())
        _ = [line.tax for line in lines]  # read before the draft is in the session, which a read would write ahead
        draft = env.add(_draft(env, order))
        draft.lines = [_line(env, line, position) for position, line in enumerate(lines, start=1)]
        for line in lines:
            line.invoiced += line.to_invoice
        drafts.append(draft)
    env.flush()
    return drafts


def _draft(env: Env, order: InvoicedOrder) -> Invoice:
    return env[Invoice](
        kind="invoice",
        order_id=order.id,
        customer=order.customer,
        contact=order.contact,
        invoice_address=order.invoice_address,
        delivery_address=order.delivery_address,
        currency=order.currency,
        reference=order.reference,
        buyer_reference=order.buyer_reference,
        order_number=order.number,
        delivery_date=env.today,
        company_id=order.company_id,
    )


def _line(env: Env, line: InvoicedOrderLine, position: int) -> InvoiceLine:
    return env[InvoiceLine](
        order_line_id=line.id,
        position=position * 10,
        product_id=line.product_id,
        description=line.description,
        quantity=line.to_invoice,
        uom_id=line.uom_id,
        list_price=line.list_price,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
    )


def give_back(env: Env, invoices: Sequence[OrderInvoice]) -> None:
    """Take what cancelled drafts would have invoiced off the orders' lines."""
    orders = env.lock(Order, {one.order_id for one in invoices if one.order_id is not None})
    by_id = {line.id: cast("InvoicedOrderLine", line) for order in orders for line in order.lines}
    for one in invoices:
        for line in cast("list[OrderInvoiceLine]", one.lines):
            if line.order_line_id in by_id:
                by_id[line.order_line_id].invoiced -= line.quantity
