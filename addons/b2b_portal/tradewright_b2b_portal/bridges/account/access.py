"""Which invoices a buyer may see: the posted ones of the own company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import and_, rows
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_account.models.invoice_tax import InvoiceTax

if TYPE_CHECKING:
    from tradewright.orm import Actor, ColumnElement


@rows(Invoice)
def own_invoices(invoice: type[Invoice], actor: Actor) -> ColumnElement[bool]:
    """Posted invoices and credit notes to the company account."""
    return and_(invoice.customer_id == actor.customer_id, invoice.state == "posted")


@rows(InvoiceLine)
def own_invoice_lines(line: type[InvoiceLine], actor: Actor) -> ColumnElement[bool]:
    """Their positions."""
    return line.invoice.has(customer_id=actor.customer_id, state="posted")


@rows(InvoiceTax)
def own_invoice_taxes(tax: type[InvoiceTax], actor: Actor) -> ColumnElement[bool]:
    """Their taxes."""
    return tax.invoice.has(customer_id=actor.customer_id, state="posted")
