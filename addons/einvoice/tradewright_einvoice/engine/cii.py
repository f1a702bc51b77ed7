"""UN/CEFACT Cross Industry Invoice (D16B, D22B): the document table, the writer and the reader made of it."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, Final

from .binding import Const, Group, Leaf, Row, Table, inside
from .cii_parts import (
    DELIVERY,
    ITEM,
    PARTY,
    PAYEE,
    PAYMENT_MEANS,
    PRECEDING,
    PREDICATES,
    SUPPORTING,
    TAX_REPRESENTATIVE,
    TOTALS,
    VAT_BREAKDOWNS,
    allowances_and_charges,
    day,
    object_reference,
    period,
)
from .model import Invoice, Line, Note, Party, Payee, TaxRepresentative
from .reader import Reader
from .values import AMOUNT, CODE, NUMBER
from .writer import Writer
from .xml import NAMESPACES

ROOT: Final = "rsm:CrossIndustryInvoice"
_PRICE: Final = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
_GROSS: Final = "ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice"
_DISCOUNT: Final = f"{_GROSS}/ram:AppliedTradeAllowanceCharge"
_LINE_TOTALS: Final = "ram:SpecifiedTradeSettlementLineMonetarySummation"
_UNIT: Final = {"unitCode": "price.base_unit"}
_LINE: Final[tuple[Row, ...]] = (
    Leaf("BT-126", "id", "ram:AssociatedDocumentLineDocument/ram:LineID"),
    Leaf("BT-127", "note", "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content"),
    *ITEM,
    Leaf("BT-132", "order_line", "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID"),
    Leaf("BT-148", "price.gross", f"{_GROSS}/ram:ChargeAmount", NUMBER),
    Leaf("BT-149", "price.base_quantity", f"{_GROSS}/ram:BasisQuantity", NUMBER, _UNIT, only_read=True),
    Const(f"{_DISCOUNT}/ram:ChargeIndicator/udt:Indicator", "false"),
    Leaf("BT-147", "price.discount", f"{_DISCOUNT}/ram:ActualAmount", NUMBER),
    Leaf("BT-146", "price.net", f"{_PRICE}/ram:ChargeAmount", NUMBER),
    Leaf("BT-149", "price.base_quantity", f"{_PRICE}/ram:BasisQuantity", NUMBER, _UNIT),
    Leaf("BT-129", "quantity", "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", NUMBER, {"unitCode": "unit"}),
    *inside(
        "ram:SpecifiedLineTradeSettlement",
        Const("ram:ApplicableTradeTax/ram:TypeCode", "VAT"),
        Leaf("BT-151", "vat_category", "ram:ApplicableTradeTax/ram:CategoryCode", CODE),
        Leaf("BT-152", "vat_rate", "ram:ApplicableTradeTax/ram:RateApplicablePercent", NUMBER),
        *period(("BT-134", "BT-135")),
        *allowances_and_charges(on_line=True),
        Leaf("BT-131", "net", f"{_LINE_TOTALS}/ram:LineTotalAmount", AMOUNT, needed=True),
        *object_reference("BT-128"),
        Leaf("BT-133", "buyer_account", "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
    ),
)
_HEAD: Final[tuple[Row, ...]] = (
    *inside(
        "rsm:ExchangedDocumentContext",
        Leaf("BT-23", "process", "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", CODE),
        Leaf("BT-24", "specification", "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", CODE),
    ),
    *inside(
        "rsm:ExchangedDocument",
        Leaf("BT-1", "number", "ram:ID"),
        Leaf("BT-3", "type_code", "ram:TypeCode", CODE),
        day("BT-2", "issue_date", "ram:IssueDateTime"),
        Group(
            "BG-1",
            "notes",
            "ram:IncludedNote",
            (Leaf("BT-22", "text", "ram:Content"), Leaf("BT-21", "subject", "ram:SubjectCode", CODE)),
            Note,
            many=True,
        ),
    ),
)
_AGREEMENT: Final[tuple[Row, ...]] = (
    Leaf("BT-10", "buyer_reference", "ram:BuyerReference"),
    Group("BG-4", "seller", "ram:SellerTradeParty", PARTY, Party),
    Group("BG-7", "buyer", "ram:BuyerTradeParty", PARTY, Party),
    Group(
        "BG-11", "tax_representative", "ram:SellerTaxRepresentativeTradeParty", TAX_REPRESENTATIVE, TaxRepresentative
    ),
    Leaf("BT-14", "sales_order", "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID"),
    Leaf("BT-13", "order_reference", "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
    Leaf("BT-12", "contract", "ram:ContractReferencedDocument/ram:IssuerAssignedID"),
    Leaf("BT-17", "tender", "ram:AdditionalReferencedDocument[tender]/ram:IssuerAssignedID"),
    Const("ram:AdditionalReferencedDocument[tender]/ram:TypeCode", "50"),
    *object_reference("BT-18"),
    SUPPORTING,
    Leaf("BT-11", "project", "ram:SpecifiedProcuringProject/ram:ID"),
    Const("ram:SpecifiedProcuringProject/ram:Name", "Project reference", strict=True),
)
_SETTLEMENT: Final[tuple[Row, ...]] = (
    Leaf("BT-90", "creditor_id", "ram:CreditorReferenceID", CODE),
    Leaf("BT-83", "payment.reference", "ram:PaymentReference"),
    Leaf("BT-6", "vat_currency", "ram:TaxCurrencyCode", CODE),
    Leaf("BT-5", "currency", "ram:InvoiceCurrencyCode", CODE),
    Group("BG-10", "payee", "ram:PayeeTradeParty", PAYEE, Payee),
    PAYMENT_MEANS,
    VAT_BREAKDOWNS,
    *period(("BT-73", "BT-74")),
    *allowances_and_charges(on_line=False),
    Leaf("BT-20", "payment_terms", "ram:SpecifiedTradePaymentTerms/ram:Description"),
    day("BT-9", "due_date", "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime"),
    Leaf("BT-89", "payment.debit.mandate", "ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID", CODE),
    *TOTALS,
    PRECEDING,
    Leaf("BT-19", "buyer_account", "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
)


def _finish(found: dict[str, Any]) -> Iterable[str]:
    """The sum of the lines, which only a document without lines may leave out (Factur-X MINIMUM)."""
    if "totals.lines" in found:
        return
    if "lines" in found:
        yield "the document has no ram:LineTotalAmount (BT-106)"
    elif "totals.net" in found:
        none = Decimal(0)
        found["totals.lines"] = (
            found["totals.net"] + found.get("totals.allowances", none) - found.get("totals.charges", none)
        )


TABLE: Final = Table(
    ROOT,
    {prefix: NAMESPACES[prefix] for prefix in ("rsm", "ram", "qdt", "udt")},
    (
        *_HEAD,
        *inside(
            "rsm:SupplyChainTradeTransaction",
            Group("BG-25", "lines", "ram:IncludedSupplyChainTradeLineItem", _LINE, Line, many=True),
            *inside("ram:ApplicableHeaderTradeAgreement", *_AGREEMENT),
            *inside("ram:ApplicableHeaderTradeDelivery", *DELIVERY),
            *inside("ram:ApplicableHeaderTradeSettlement", *_SETTLEMENT),
        ),
    ),
    Invoice,
    PREDICATES,
    always=frozenset(("ram:ApplicableHeaderTradeDelivery",)),
    finish=_finish,
)


def write(invoice: Invoice) -> bytes:
    """The invoice as CII."""
    return _writer().write(_fitted(invoice))


def _fitted(invoice: Invoice) -> Invoice:
    """The same invoice, said as CII demands it.

    A VAT accounting currency that is the invoice currency is left out, and a discount on a price stands beside the
    price without it.
    """
    if invoice.vat_currency == invoice.currency:
        invoice = replace(invoice, vat_currency=None)
    if any(line.price.discount is not None and line.price.gross is None for line in invoice.lines):
        invoice = replace(invoice, lines=tuple(map(_with_gross, invoice.lines)))
    return invoice


def _with_gross(line: Line) -> Line:
    price = line.price
    if price.discount is None or price.gross is not None:
        return line
    return replace(line, price=replace(price, gross=price.net + price.discount))


@cache
def _writer() -> Writer:
    return Writer(TABLE)


@cache
def reader() -> Reader:
    """The reader, compiled at its first use."""
    return Reader(TABLE)
