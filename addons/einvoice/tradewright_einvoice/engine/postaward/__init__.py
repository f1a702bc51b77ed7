"""The messages around an invoice in UBL, as Peppol BIS 3 has them, in both directions.

Order (T01), order response (T76), despatch advice (T16) and invoice response (T111).

    document = write_message(InvoiceResponse(...))
    message = read_message(document)
    findings = check(document, "peppol-t111")
"""

from .despatch import (
    CarrierDocument,
    DespatchAdvice,
    DespatchedLine,
    DespatchShipment,
    Dimension,
    HandlingUnit,
    Package,
)
from .invoice_response import Action, Clarification, Detail, InvoiceResponse, InvoiceStatus, Reason
from .messages import Message, read_message, read_tree, write_message
from .model import Document, Hazard, Instance, TradeItem, TradeParty, TradePrice, TradeProperty, Window
from .order import Consignee, Order, OrderDelivery, OrderedLine, OrderTotals, Place
from .order_response import AnsweredLine, LineAnswer, OrderAnswer, OrderResponse

__all__ = [
    "Action",
    "AnsweredLine",
    "CarrierDocument",
    "Clarification",
    "Consignee",
    "DespatchAdvice",
    "DespatchShipment",
    "DespatchedLine",
    "Detail",
    "Dimension",
    "Document",
    "HandlingUnit",
    "Hazard",
    "Instance",
    "InvoiceResponse",
    "InvoiceStatus",
    "LineAnswer",
    "Message",
    "Order",
    "OrderAnswer",
    "OrderDelivery",
    "OrderResponse",
    "OrderTotals",
    "OrderedLine",
    "Package",
    "Place",
    "Reason",
    "TradeItem",
    "TradeParty",
    "TradePrice",
    "TradeProperty",
    "Window",
    "read_message",
    "read_tree",
    "write_message",
]
