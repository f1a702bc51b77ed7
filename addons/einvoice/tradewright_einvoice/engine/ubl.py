"""UBL 2.1 Invoice and CreditNote: the two document tables, the writer and the reader made of them."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from .binding import Const, Group, Leaf, Row, Table
from .model import Delivery, Invoice, Line, Party, Payee, PrecedingInvoice, SupportingDocument, TaxRepresentative
from .reader import Reader
from .ubl_parts import (
    BUYER,
    DELIVERY,
    PAYEE,
    PRECEDING,
    PREDICATES,
    SELLER,
    SUPPORTING,
    TAX_REPRESENTATIVE,
    TOTALS,
    allowances_and_charges,
    line,
)
from .ubl_payment import PAYMENT_MEANS, Means, join_payment, split_payment
from .values import CODE, DATE, IDENTIFIER, NOTE
from .writer import Writer
from .xml import NAMESPACES

_NO_ORDER: Final = "NA"  # the schema demands the number of the purchase order beside that of the sales order
_OBJECT_SCHEME: Final = MappingProxyType({"schemeID": ".scheme"})
_NOTES: Final = Group("BG-1", "notes", "cbc:Note", (Leaf("BT-22", ".", "", NOTE),), many=True)
_TAX_POINT: Final = Leaf("BT-7", "tax_point_date", "cbc:TaxPointDate", DATE)
_IDS: Final[tuple[Row, ...]] = (
    Leaf("BT-24", "specification", "cbc:CustomizationID", CODE),
    Leaf("BT-23", "process", "cbc:ProfileID", CODE),
    Leaf("BT-1", "number", "cbc:ID"),
    Leaf("BT-2", "issue_date", "cbc:IssueDate", DATE),
)
_CODES: Final[tuple[Row, ...]] = (
    Leaf("BT-5", "currency", "cbc:DocumentCurrencyCode", CODE),
    Leaf("BT-6", "vat_currency", "cbc:TaxCurrencyCode", CODE),
    Leaf("BT-19", "buyer_account", "cbc:AccountingCost"),
    Leaf("BT-10", "buyer_reference", "cbc:BuyerReference"),
    Leaf("BT-73", "period.start", "cac:InvoicePeriod/cbc:StartDate", DATE),
    Leaf("BT-74", "period.end", "cac:InvoicePeriod/cbc:EndDate", DATE),
    Leaf("BT-8", "tax_point_code", "cac:InvoicePeriod/cbc:DescriptionCode", CODE),
    Leaf("BT-13", "order_reference", "cac:OrderReference/cbc:ID", fallback=_NO_ORDER),
    Leaf("BT-14", "sales_order", "cac:OrderReference/cbc:SalesOrderID"),
    Group("BG-3", "preceding", "cac:BillingReference", PRECEDING, PrecedingInvoice, many=True),
    Leaf("BT-16", "despatch", "cac:DespatchDocumentReference/cbc:ID"),
    Leaf("BT-15", "receipt", "cac:ReceiptDocumentReference/cbc:ID"),
)
_TENDER: Final = Leaf("BT-17", "tender", "cac:OriginatorDocumentReference/cbc:ID")
_CONTRACT: Final = Leaf("BT-12", "contract", "cac:ContractDocumentReference/cbc:ID")
_DOCUMENTS: Final[tuple[Row, ...]] = (
    Leaf("BT-18", "object_id", "cac:AdditionalDocumentReference[object]/cbc:ID", IDENTIFIER, _OBJECT_SCHEME),
    Const("cac:AdditionalDocumentReference[object]/cbc:DocumentTypeCode", "130"),
    Group(
        "BG-24", "supporting_documents", "cac:AdditionalDocumentReference", SUPPORTING, SupportingDocument, many=True
    ),
)
_PARTIES_AND_TOTALS: Final[tuple[Row, ...]] = (
    Group("BG-4", "seller", "cac:AccountingSupplierParty/cac:Party", SELLER, Party),
    Group("BG-7", "buyer", "cac:AccountingCustomerParty/cac:Party", BUYER, Party),
    Group("BG-10", "payee", "cac:PayeeParty", PAYEE, Payee),
    Group("BG-11", "tax_representative", "cac:TaxRepresentativeParty", TAX_REPRESENTATIVE, TaxRepresentative),
    Group("BG-13", "delivery", "cac:Delivery", DELIVERY, Delivery),
    Group(
        "BG-16", "payment", "cac:PaymentMeans", PAYMENT_MEANS, Means, many=True, split=split_payment, join=join_payment
    ),
    Leaf("BT-20", "payment_terms", "cac:PaymentTerms/cbc:Note"),
    *allowances_and_charges(on_line=False),
    *TOTALS,
)
_INVOICE: Final[tuple[Row, ...]] = (
    *_IDS,
    Leaf("BT-9", "due_date", "cbc:DueDate", DATE),
    Leaf("BT-3", "type_code", "cbc:InvoiceTypeCode", CODE),
    _NOTES,
    _TAX_POINT,
    *_CODES,
    _TENDER,
    _CONTRACT,
    *_DOCUMENTS,
    Leaf("BT-11", "project", "cac:ProjectReference/cbc:ID"),
    *_PARTIES_AND_TOTALS,
    Group("BG-25", "lines", "cac:InvoiceLine", line("cbc:InvoicedQuantity"), Line, many=True),
)
_CREDIT_NOTE: Final[tuple[Row, ...]] = (
    *_IDS,
    _TAX_POINT,
    Leaf("BT-3", "type_code", "cbc:CreditNoteTypeCode", CODE),
    _NOTES,
    *_CODES,
    _CONTRACT,
    Leaf("BT-11", "project", "cac:AdditionalDocumentReference[project]/cbc:ID"),
    Const("cac:AdditionalDocumentReference[project]/cbc:DocumentTypeCode", "50"),
    *_DOCUMENTS,
    _TENDER,
    *_PARTIES_AND_TOTALS,
    Group("BG-25", "lines", "cac:CreditNoteLine", line("cbc:CreditedQuantity"), Line, many=True),
)


def _finish(found: dict[str, Any]) -> Iterable[str]:
    """The stand-in for a purchase order beside a sales order is none."""
    if found.get("order_reference") == _NO_ORDER and "sales_order" in found:
        del found["order_reference"]
    return ()


def _table(root: str, namespace: str, rows: tuple[Row, ...]) -> Table:
    spaces = {"": NAMESPACES[namespace], "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]}
    return Table(root, spaces, rows, Invoice, PREDICATES, finish=_finish)


#: By the short name of the root element.
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "inv:Invoice": _table("Invoice", "inv", _INVOICE),
        "cn:CreditNote": _table("CreditNote", "cn", _CREDIT_NOTE),
    }
)


@cache
def writer(root: str) -> Writer:
    """The writer of a document type, compiled at its first use."""
    return Writer(TABLES[root])


@cache
def reader(root: str) -> Reader:
    """The reader of a document type, compiled at its first use."""
    return Reader(TABLES[root])
