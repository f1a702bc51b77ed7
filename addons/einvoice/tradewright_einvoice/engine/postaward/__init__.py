"""The messages around an invoice: Peppol BIS 3 order (T01), order response (T76), despatch advice (T16) and invoice
response (T111), in UBL and in both directions.

    document = write_message(InvoiceResponse(...))
    message = read_message(document)
    findings = check(document, "peppol-t111")
"""

from .invoice_response import Action, Clarification, Detail, InvoiceResponse, InvoiceStatus, Reason
from .messages import Message, read_message, write_message
from .model import (
    Document,
    Hazard,
    Instance,
    TradeItem,
    TradeParty,
    TradePrice,
    TradeProperty,
    Window,
)

__all__ = [
    "Action",
    "Clarification",
    "Detail",
    "Document",
    "Hazard",
    "Instance",
    "InvoiceResponse",
    "InvoiceStatus",
    "Message",
    "Reason",
    "TradeItem",
    "TradeParty",
    "TradePrice",
    "TradeProperty",
    "Window",
    "read_message",
    "write_message",
]
