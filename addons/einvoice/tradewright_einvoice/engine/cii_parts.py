"""The parts of a CII document bound to the model, in the order of the UN/CEFACT schema (D16B and D22B)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from .binding import Const, Group, Leaf, Predicate, Row
from .cii_values import DAY, EVENT, GLOBAL_ID, IBAN, OTHER_ACCOUNT, PLAIN_ID
from .model import (
    Account,
    Address,
    AllowanceCharge,
    Contact,
    Invoice,
    ItemProperty,
    PrecedingInvoice,
    SupportingDocument,
    VatBreakdown,
)
from .values import AMOUNT, BINARY, CLASSIFICATION, CODE, IDENTIFIER, NUMBER
from .xml import Node

SETTLEMENT: Final = "rsm:SupplyChainTradeTransaction", "ram:ApplicableHeaderTradeSettlement"
_SCHEME: Final = MappingProxyType({"schemeID": ".scheme"})
_DAY_FORMAT: Final = MappingProxyType({"format": "~102"})
_NOWHERE: Final = Address(country="")


def _is(path: tuple[str, ...], *values: str) -> Predicate:
    def predicate(node: Node, _root: Node) -> bool:
        found = node.first(*path)
        return found is not None and found.text.strip() in values

    return predicate


def _registered(scheme: str) -> Predicate:
    def predicate(node: Node, _root: Node) -> bool:
        found = node.first("ram:ID")
        return found is not None and found.get("schemeID") == scheme

    return predicate


def _supports(node: Node, _root: Node) -> bool:
    code = node.first("ram:TypeCode")
    return code is None or code.text.strip() == "916"


def _in_currency(element: str) -> Predicate:
    def predicate(node: Node, root: Node) -> bool:
        currency = root.first(*SETTLEMENT, element)
        return currency is not None and node.get("currencyID") == currency.text.strip()

    return predicate


_in_invoiced_currency = _in_currency("ram:InvoiceCurrencyCode")
PREDICATES: Final[Mapping[str, Predicate]] = MappingProxyType(
    {
        "accounting": lambda node, root: (
            _in_currency("ram:TaxCurrencyCode")(node, root) and not _in_invoiced_currency(node, root)
        ),
        "allowance": _is(("ram:ChargeIndicator", "udt:Indicator"), "false", "0"),
        "charge": _is(("ram:ChargeIndicator", "udt:Indicator"), "true", "1"),
        "invoiced": lambda node, root: not node.get("currencyID") or _in_invoiced_currency(node, root),
        "object": _is(("ram:TypeCode",), "130"),
        "supporting": _supports,
        "tax": _registered("FC"),
        "tender": _is(("ram:TypeCode",), "50"),
        "vat": _registered("VA"),
    }
)


def day(term: str, field: str, path: str) -> Leaf:
    """A date of the unqualified type."""
    return Leaf(term, field, f"{path}/udt:DateTimeString", DAY, _DAY_FORMAT)


def _identifier(term: str, field: str, path: str) -> tuple[Row, ...]:
    """One identifier, in one of two elements."""
    return (
        Leaf(term, field, f"{path}ram:ID", PLAIN_ID),
        Leaf(term, field, f"{path}ram:GlobalID", GLOBAL_ID, _SCHEME),
    )


def object_reference(term: str) -> tuple[Row, ...]:
    """BT-18, BT-128: the scheme has an element of its own."""
    path = "ram:AdditionalReferencedDocument[object]"
    return (
        Leaf(term, "object_id.value", f"{path}/ram:IssuerAssignedID", CODE),
        Const(f"{path}/ram:TypeCode", "130"),
        Leaf(f"{term}-1", "object_id.scheme", f"{path}/ram:ReferenceTypeCode", CODE),
    )


def period(terms: tuple[str, str]) -> tuple[Row, ...]:
    """BG-14, BG-26."""
    path = "ram:BillingSpecifiedPeriod"
    return (
        day(terms[0], "period.start", f"{path}/ram:StartDateTime"),
        day(terms[1], "period.end", f"{path}/ram:EndDateTime"),
    )


ADDRESS: Final[tuple[Row, ...]] = (
    Leaf("BT-38", "post_code", "ram:PostcodeCode"),
    Leaf("BT-35", "line_1", "ram:LineOne"),
    Leaf("BT-36", "line_2", "ram:LineTwo"),
    Leaf("BT-162", "line_3", "ram:LineThree"),
    Leaf("BT-37", "city", "ram:CityName"),
    Leaf("BT-40", "country", "ram:CountryID", CODE),
    Leaf("BT-39", "region", "ram:CountrySubDivisionName"),
)
_CONTACT: Final[tuple[Row, ...]] = (
    Leaf("BT-41", "name", "ram:PersonName"),
    Leaf("BT-41", "name", "ram:DepartmentName", only_read=True),
    Leaf("BT-42", "phone", "ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
    Leaf("BT-43", "email", "ram:EmailURIUniversalCommunication/ram:URIID"),
)
PARTY: Final[tuple[Row, ...]] = (
    Group("BT-29", "identifiers", "ram:ID", (Leaf("BT-29", ".", "", PLAIN_ID),), many=True),
    Group("BT-29", "identifiers", "ram:GlobalID", (Leaf("BT-29", ".", "", GLOBAL_ID, _SCHEME),), many=True),
    Leaf("BT-27", "name", "ram:Name"),
    Leaf("BT-33", "legal_info", "ram:Description"),
    Leaf("BT-30", "registration", "ram:SpecifiedLegalOrganization/ram:ID", IDENTIFIER, _SCHEME),
    Leaf("BT-28", "trading_name", "ram:SpecifiedLegalOrganization/ram:TradingBusinessName"),
    Group("BG-6", "contact", "ram:DefinedTradeContact", _CONTACT, Contact),
    Group("BG-5", "address", "ram:PostalTradeAddress", ADDRESS, Address, absent=_NOWHERE),
    Leaf("BT-34", "endpoint", "ram:URIUniversalCommunication/ram:URIID", IDENTIFIER, _SCHEME),
    Leaf("BT-31", "vat_id", "ram:SpecifiedTaxRegistration[vat]/ram:ID", CODE, {"schemeID": "~VA"}),
    Leaf("BT-32", "tax_id", "ram:SpecifiedTaxRegistration[tax]/ram:ID", CODE, {"schemeID": "~FC"}),
)
PAYEE: Final[tuple[Row, ...]] = (
    *_identifier("BT-60", "identifier", ""),
    Leaf("BT-59", "name", "ram:Name"),
    Leaf("BT-61", "registration", "ram:SpecifiedLegalOrganization/ram:ID", IDENTIFIER, _SCHEME),
)
TAX_REPRESENTATIVE: Final[tuple[Row, ...]] = (
    Leaf("BT-62", "name", "ram:Name"),
    Group("BG-12", "address", "ram:PostalTradeAddress", ADDRESS, Address, absent=_NOWHERE),
    Leaf("BT-63", "vat_id", "ram:SpecifiedTaxRegistration[vat]/ram:ID", CODE, {"schemeID": "~VA"}),
)
DELIVERY: Final[tuple[Row, ...]] = (
    *_identifier("BT-71", "delivery.location", "ram:ShipToTradeParty/"),
    Leaf("BT-70", "delivery.name", "ram:ShipToTradeParty/ram:Name"),
    Group("BG-15", "delivery.address", "ram:ShipToTradeParty/ram:PostalTradeAddress", ADDRESS, Address),
    day("BT-72", "delivery.actual_date", "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"),
    Leaf("BT-16", "despatch", "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"),
    Leaf("BT-15", "receipt", "ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID"),
)


def _accounts(invoice: Invoice) -> Iterable[Account]:
    """The payment means are repeated for each account, and written once when there is none."""
    if invoice.payment is None:
        return ()
    return invoice.payment.accounts or (Account(id=""),)


_CREDITOR_ACCOUNT: Final = "ram:PayeePartyCreditorFinancialAccount"
PAYMENT_MEANS: Final = Group(
    "BG-16",
    "payment.accounts",
    "ram:SpecifiedTradeSettlementPaymentMeans",
    (
        Leaf("BT-81", "/payment.means", "ram:TypeCode", CODE),
        Leaf("BT-82", "/payment.means_text", "ram:Information"),
        Leaf("BT-87", "/payment.card.number", "ram:ApplicableTradeSettlementFinancialCard/ram:ID"),
        Leaf("BT-88", "/payment.card.holder", "ram:ApplicableTradeSettlementFinancialCard/ram:CardholderName"),
        Leaf("BT-91", "/payment.debit.account", "ram:PayerPartyDebtorFinancialAccount/ram:IBANID", CODE),
        Leaf("BT-84", "id", f"{_CREDITOR_ACCOUNT}/ram:IBANID", IBAN),
        Leaf("BT-85", "name", f"{_CREDITOR_ACCOUNT}/ram:AccountName"),
        Leaf("BT-84", "id", f"{_CREDITOR_ACCOUNT}/ram:ProprietaryID", OTHER_ACCOUNT),
        Leaf("BT-86", "bank", "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", CODE),
    ),
    Account,
    many=True,
    split=_accounts,
    sparse=True,
)
VAT_BREAKDOWN: Final[tuple[Row, ...]] = (
    Leaf("BT-117", "tax", "ram:CalculatedAmount", AMOUNT),
    Const("ram:TypeCode", "VAT"),
    Leaf("BT-120", "reason", "ram:ExemptionReason"),
    Leaf("BT-116", "taxable", "ram:BasisAmount", AMOUNT),
    Leaf("BT-118", "category", "ram:CategoryCode", CODE),
    Leaf("BT-121", "reason_code", "ram:ExemptionReasonCode", CODE),
    Leaf(
        "BT-7",
        "/tax_point_date",
        "ram:TaxPointDate/udt:DateString",
        DAY,
        _DAY_FORMAT,
        first_of="vat_breakdown",
    ),
    Leaf("BT-8", "/tax_point_code", "ram:DueDateTypeCode", EVENT),
    Leaf("BT-119", "rate", "ram:RateApplicablePercent", NUMBER),
)


def _allowance_charge(indicator: str, *, on_line: bool) -> tuple[Row, ...]:
    """BG-20 and BG-21, and without VAT BG-27 and BG-28."""
    rows: tuple[Row, ...] = (
        Const("ram:ChargeIndicator/udt:Indicator", indicator),
        Leaf("BT-94", "percent", "ram:CalculationPercent", NUMBER),
        Leaf("BT-93", "base", "ram:BasisAmount", AMOUNT),
        Leaf("BT-92", "amount", "ram:ActualAmount", AMOUNT),
        Leaf("BT-98", "reason_code", "ram:ReasonCode", CODE),
        Leaf("BT-97", "reason", "ram:Reason"),
    )
    if on_line:
        return rows
    return (
        *rows,
        Const("ram:CategoryTradeTax/ram:TypeCode", "VAT"),
        Leaf("BT-95", "vat_category", "ram:CategoryTradeTax/ram:CategoryCode", CODE),
        Leaf("BT-96", "vat_rate", "ram:CategoryTradeTax/ram:RateApplicablePercent", NUMBER),
    )


def allowances_and_charges(*, on_line: bool) -> tuple[Row, ...]:
    """The two groups of discounts and surcharges, of the document or of a line."""
    path = "ram:SpecifiedTradeAllowanceCharge"
    model = AllowanceCharge
    terms = ("BG-27", "BG-28") if on_line else ("BG-20", "BG-21")
    return (
        Group(
            terms[0], "allowances", f"{path}[allowance]", _allowance_charge("false", on_line=on_line), model, many=True
        ),
        Group(terms[1], "charges", f"{path}[charge]", _allowance_charge("true", on_line=on_line), model, many=True),
    )


_TOTALS: Final = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
TOTALS: Final[tuple[Row, ...]] = (
    Leaf("BT-106", "totals.lines", f"{_TOTALS}/ram:LineTotalAmount", AMOUNT),
    Leaf("BT-108", "totals.charges", f"{_TOTALS}/ram:ChargeTotalAmount", AMOUNT),
    Leaf("BT-107", "totals.allowances", f"{_TOTALS}/ram:AllowanceTotalAmount", AMOUNT),
    Leaf("BT-109", "totals.net", f"{_TOTALS}/ram:TaxBasisTotalAmount", AMOUNT, needed=True),
    Leaf("BT-110", "totals.vat", f"{_TOTALS}/ram:TaxTotalAmount[invoiced]", AMOUNT, {"currencyID": "=currency"}),
    Leaf(
        "BT-111",
        "totals.vat_accounting",
        f"{_TOTALS}/ram:TaxTotalAmount[accounting]",
        AMOUNT,
        {"currencyID": "=vat_currency"},
    ),
    Leaf("BT-114", "totals.rounding", f"{_TOTALS}/ram:RoundingAmount", AMOUNT),
    Leaf("BT-112", "totals.gross", f"{_TOTALS}/ram:GrandTotalAmount", AMOUNT, needed=True),
    Leaf("BT-113", "totals.prepaid", f"{_TOTALS}/ram:TotalPrepaidAmount", AMOUNT),
    Leaf("BT-115", "totals.payable", f"{_TOTALS}/ram:DuePayableAmount", AMOUNT, needed=True),
)
PRECEDING: Final = Group(
    "BG-3",
    "preceding",
    "ram:InvoiceReferencedDocument",
    (
        Leaf("BT-25", "number", "ram:IssuerAssignedID"),
        Leaf("BT-26", "issue_date", "ram:FormattedIssueDateTime/qdt:DateTimeString", DAY, _DAY_FORMAT),
    ),
    PrecedingInvoice,
    many=True,
)
SUPPORTING: Final = Group(
    "BG-24",
    "supporting_documents",
    "ram:AdditionalReferencedDocument[supporting]",
    (
        Leaf("BT-122", "reference", "ram:IssuerAssignedID"),
        Leaf("BT-124", "uri", "ram:URIID"),
        Const("ram:TypeCode", "916"),
        Leaf("BT-123", "description", "ram:Name"),
        Leaf(
            "BT-125",
            "attachment",
            "ram:AttachmentBinaryObject",
            BINARY,
            {"mimeCode": ".mime_type", "filename": ".filename"},
        ),
    ),
    SupportingDocument,
    many=True,
)
_ITEM: Final = "ram:SpecifiedTradeProduct"
ITEM: Final[tuple[Row, ...]] = (
    Leaf("BT-157", "item.standard_id", f"{_ITEM}/ram:GlobalID", IDENTIFIER, _SCHEME),
    Leaf("BT-155", "item.seller_id", f"{_ITEM}/ram:SellerAssignedID"),
    Leaf("BT-156", "item.buyer_id", f"{_ITEM}/ram:BuyerAssignedID"),
    Leaf("BT-153", "item.name", f"{_ITEM}/ram:Name"),
    Leaf("BT-154", "item.description", f"{_ITEM}/ram:Description"),
    Group(
        "BG-32",
        "item.properties",
        f"{_ITEM}/ram:ApplicableProductCharacteristic",
        (Leaf("BT-160", "name", "ram:Description"), Leaf("BT-161", "value", "ram:Value")),
        ItemProperty,
        many=True,
    ),
    Group(
        "BT-158",
        "item.classifications",
        f"{_ITEM}/ram:DesignatedProductClassification",
        (
            Leaf(
                "BT-158",
                ".",
                "ram:ClassCode",
                CLASSIFICATION,
                {"listID": ".scheme", "listVersionID": ".version"},
            ),
        ),
        many=True,
    ),
    Leaf("BT-159", "item.origin_country", f"{_ITEM}/ram:OriginTradeCountry/ram:ID", CODE),
)
VAT_BREAKDOWNS: Final = Group(
    "BG-23", "vat_breakdown", "ram:ApplicableTradeTax", VAT_BREAKDOWN, VatBreakdown, many=True
)
