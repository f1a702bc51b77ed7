"""Invoices with their e-invoices."""

from tradewright.i18n import _
from tradewright.orm import Mapped, one_to_many
from tradewright_account.models.invoice import Invoice

from ..models.einvoice import EInvoice


class ElectronicInvoice(Invoice, extend=True):
    """An invoice and what of it was issued."""

    einvoices: Mapped[list[EInvoice]] = one_to_many(inverse="invoice", order_by="-version", label=_("E-invoices"))
