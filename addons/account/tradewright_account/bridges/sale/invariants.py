"""What must always be true of orders and their invoices; `tradewright verify` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from tradewright.orm import func, or_, select
from tradewright.registry import invariant
from tradewright_sale.models.order_line import OrderLine

from ...models.invoice import Invoice
from ...models.invoice_line import InvoiceLine

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .extends.invoice import OrderInvoiceLine
    from .extends.order import InvoicedOrderLine

BATCH = 1_000


@invariant("account.invoiced")
def invoiced(env: Env) -> Iterator[str]:
    """What an order line notes as invoiced is what its invoices bill, drafts included and cancelled ones not."""
    invoice = env[Invoice]
    line, position = cast("type[InvoicedOrderLine]", env[OrderLine]), cast("type[OrderInvoiceLine]", env[InvoiceLine])
    billed = func.coalesce(
        select(func.sum(position.quantity))
        .join(invoice, invoice.id == position.invoice_id)
        .where(position.order_line_id == line.id, invoice.kind == "invoice", invoice.state != "cancelled")
        .correlate(line)
        .scalar_subquery(),
        0,
    )
    for line_id, noted, quantity in env.execute(select(line.id, line.invoiced, billed).where(line.invoiced != billed)):
        yield f"order line {line_id}: {noted} noted, {quantity} billed"


@invariant("account.refunded")
def refunded(env: Env) -> Iterator[str]:
    """Of no order line is more given back than was invoiced."""
    invoice = env[Invoice]
    line, position = cast("type[InvoicedOrderLine]", env[OrderLine]), cast("type[OrderInvoiceLine]", env[InvoiceLine])
    query = (
        select(line.id, line.invoiced, func.sum(position.quantity))
        .join(position, position.order_line_id == line.id)
        .join(invoice, invoice.id == position.invoice_id)
        .where(invoice.kind == "credit_note", invoice.state == "posted")
        .group_by(line.id, line.invoiced)
        .having(func.sum(position.quantity) > line.invoiced)
    )
    for line_id, quantity, given_back in env.execute(query):
        yield f"order line {line_id}: {quantity} invoiced, {given_back} given back"


@invariant("account.invoiceable")
def invoiceable(env: Env) -> Iterator[str]:
    """Of no order line is more invoiced than may be: of goods what is delivered, of the rest what is ordered."""
    line = cast("type[InvoicedOrderLine]", env[OrderLine])
    suspects = select(line).where(
        or_(line.invoiced > line.delivered, line.invoiced + line.cancelled > line.quantity), line.invoiced > 0
    )
    last = 0
    while batch := env.all(suspects.where(line.id > last).order_by(line.id).limit(BATCH)):
        last = batch[-1].id
        for one in batch:
            if one.invoiced > one.invoiceable:
                yield f"order line {one.id}: {one.invoiced} invoiced, {one.invoiceable} may be"
