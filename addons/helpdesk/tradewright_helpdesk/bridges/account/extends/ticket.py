"""Tickets about invoices."""

from tradewright.i18n import _
from tradewright.orm import Mapped, many_to_one, one_to_many
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine

from ....models.ticket import Ticket


class InvoiceTicket(Ticket, extend=True):
    """A ticket about an invoice or one of its lines."""

    invoice: Mapped[Invoice | None] = many_to_one(label=_("Invoice"))
    invoice_id: Mapped[int | None]
    invoice_line: Mapped[InvoiceLine | None] = many_to_one(label=_("Invoice line"))
    invoice_line_id: Mapped[int | None]


class DiscussedInvoice(Invoice, extend=True):
    """An invoice with the tickets about it."""

    tickets: Mapped[list[Ticket]] = one_to_many(inverse="invoice", order_by="id", label=_("Tickets"))
