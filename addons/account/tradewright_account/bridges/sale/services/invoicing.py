"""Invoicing orders: a draft for what is delivered and not invoiced yet, never more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from tradewright.orm import func, ids, select
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

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


def drop(env: Env, lines: Sequence[OrderInvoiceLine]) -> None:
    """Take what lines of drafts would have invoiced off the orders' lines, just before they are deleted."""
    if not lines:
        return
    order, draft = env[Order], env[Invoice]
    position = cast("type[OrderInvoiceLine]", env[InvoiceLine])
    line = cast("type[InvoicedOrderLine]", env[OrderLine])
    with env.elevate("deleted lines of drafts can be invoiced again"):
        dropped = (
            select(position.order_line_id, position.quantity)
            .join(draft, draft.id == position.invoice_id)
            .where(position.id.in_(ids(lines)), draft.state == "draft", draft.kind == "invoice")
            .subquery()
        )
        noted = select(line.order_id).where(line.id.in_(select(dropped.c.order_line_id)))
        env.all(select(order.id).where(order.id.in_(noted)).order_by(order.id).with_for_update(of=order))
        given = select(func.sum(dropped.c.quantity)).where(dropped.c.order_line_id == line.id).scalar_subquery()
        mine = line.id.in_(select(dropped.c.order_line_id))
        env.update_where(OrderLine, mine, values={"invoiced": line.invoiced - given})
