"""The parts of a UBL document bound to the model, in the order of the UBL schema."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .binding import Const, Group, Leaf, Predicate, Row
from .model import Address, AllowanceCharge, Contact, ItemProperty, VatBreakdown
from .values import AMOUNT, BINARY, CLASSIFICATION, CODE, DATE, IDENTIFIER, NUMBER
from .xml import Node

_MONEY: Final = MappingProxyType({"currencyID": "=currency"})
_SCHEME: Final = MappingProxyType({"schemeID": ".scheme"})
_SEPA: Final = MappingProxyType({"schemeID": "~SEPA"})
_UNIT: Final = MappingProxyType({"unitCode": "unit"})
_NOWHERE: Final = Address(country="")


def _is(child: str, *values: str) -> Predicate:
    def predicate(node: Node, _root: Node) -> bool:
        found = node.first(child)
        return found is not None and found.text.strip() in values

    return predicate


def _has_vat_scheme(node: Node, _root: Node) -> bool:
    scheme = node.first("cac:TaxScheme", "cbc:ID")
    return scheme is not None and scheme.text.strip().upper() == "VAT"


def _is_sepa(node: Node, _root: Node) -> bool:
    found = node.first("cbc:ID")
    return found is not None and found.get("schemeID") == "SEPA"


def _in_accounting_currency(node: Node, root: Node) -> bool:
    amount, currency = node.first("cbc:TaxAmount"), root.first("cbc:TaxCurrencyCode")
    document = root.first("cbc:DocumentCurrencyCode")
    if amount is None or currency is None:
        return False
    code = amount.get("currencyID")
    return code == currency.text.strip() and (document is None or code != document.text.strip())


PREDICATES: Final[Mapping[str, Predicate]] = MappingProxyType(
    {
        "accounting": _in_accounting_currency,
        "allowance": _is("cbc:ChargeIndicator", "false", "0"),
        "charge": _is("cbc:ChargeIndicator", "true", "1"),
        "object": _is("cbc:DocumentTypeCode", "130"),
        "project": _is("cbc:DocumentTypeCode", "50"),
        "sepa": _is_sepa,
        "vat": _has_vat_scheme,
    }
)

ADDRESS: Final[tuple[Row, ...]] = (
    Leaf("BT-35", "line_1", "cbc:StreetName"),
    Leaf("BT-36", "line_2", "cbc:AdditionalStreetName"),
    Leaf("BT-37", "city", "cbc:CityName"),
    Leaf("BT-38", "post_code", "cbc:PostalZone"),
    Leaf("BT-39", "region", "cbc:CountrySubentity"),
    Leaf("BT-162", "line_3", "cac:AddressLine/cbc:Line"),
    Leaf("BT-40", "country", "cac:Country/cbc:IdentificationCode", CODE),
)
CONTACT: Final[tuple[Row, ...]] = (
    Leaf("BT-41", "name", "cbc:Name"),
    Leaf("BT-42", "phone", "cbc:Telephone"),
    Leaf("BT-43", "email", "cbc:ElectronicMail"),
)
_CREDITOR: Final[tuple[Row, ...]] = (
    Leaf("BT-90", "/creditor_id", "cac:PartyIdentification[sepa]/cbc:ID", CODE, _SEPA),
)
_PARTY_HEAD: Final[tuple[Row, ...]] = (
    Leaf("BT-34", "endpoint", "cbc:EndpointID", IDENTIFIER, _SCHEME),
    Group(
        "BT-29",
        "identifiers",
        "cac:PartyIdentification",
        (Leaf("BT-29", ".", "cbc:ID", IDENTIFIER, _SCHEME),),
        many=True,
    ),
)
_PARTY_BODY: Final[tuple[Row, ...]] = (
    Leaf("BT-28", "trading_name", "cac:PartyName/cbc:Name"),
    Group("BG-5", "address", "cac:PostalAddress", ADDRESS, Address, absent=_NOWHERE),
    Leaf("BT-31", "vat_id", "cac:PartyTaxScheme[vat]/cbc:CompanyID", CODE),
    Const("cac:PartyTaxScheme[vat]/cac:TaxScheme/cbc:ID", "VAT"),
    Leaf("BT-32", "tax_id", "cac:PartyTaxScheme/cbc:CompanyID", CODE),
    Const("cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "TAX"),
    Leaf("BT-27", "name", "cac:PartyLegalEntity/cbc:RegistrationName"),
    Leaf("BT-30", "registration", "cac:PartyLegalEntity/cbc:CompanyID", IDENTIFIER, _SCHEME),
    Leaf("BT-33", "legal_info", "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
    Group("BG-6", "contact", "cac:Contact", CONTACT, Contact),
)
SELLER: Final[tuple[Row, ...]] = (*_PARTY_HEAD, *_CREDITOR, *_PARTY_BODY)
BUYER: Final[tuple[Row, ...]] = (*_PARTY_HEAD, *_PARTY_BODY)
PAYEE: Final[tuple[Row, ...]] = (
    Leaf("BT-90", "/creditor_id", "cac:PartyIdentification[sepa]/cbc:ID", CODE, only_read=True),
    Leaf("BT-60", "identifier", "cac:PartyIdentification/cbc:ID", IDENTIFIER, _SCHEME),
    Leaf("BT-59", "name", "cac:PartyName/cbc:Name"),
    Leaf("BT-61", "registration", "cac:PartyLegalEntity/cbc:CompanyID", IDENTIFIER, _SCHEME),
)
TAX_REPRESENTATIVE: Final[tuple[Row, ...]] = (
    Leaf("BT-62", "name", "cac:PartyName/cbc:Name"),
    Group("BG-12", "address", "cac:PostalAddress", ADDRESS, Address),
    Leaf("BT-63", "vat_id", "cac:PartyTaxScheme/cbc:CompanyID", CODE),
    Const("cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "VAT"),
)
DELIVERY: Final[tuple[Row, ...]] = (
    Leaf("BT-72", "actual_date", "cbc:ActualDeliveryDate", DATE),
    Leaf("BT-71", "location", "cac:DeliveryLocation/cbc:ID", IDENTIFIER, _SCHEME),
    Group("BG-15", "address", "cac:DeliveryLocation/cac:Address", ADDRESS, Address),
    Leaf("BT-70", "name", "cac:DeliveryParty/cac:PartyName/cbc:Name"),
)


def _allowance_charge(indicator: str, *, on_line: bool) -> tuple[Row, ...]:
    """BG-20 and BG-21, and without VAT BG-27 and BG-28."""
    rows: tuple[Row, ...] = (
        Const("cbc:ChargeIndicator", indicator),
        Leaf("BT-98", "reason_code", "cbc:AllowanceChargeReasonCode", CODE),
        Leaf("BT-97", "reason", "cbc:AllowanceChargeReason"),
        Leaf("BT-94", "percent", "cbc:MultiplierFactorNumeric", NUMBER),
        Leaf("BT-92", "amount", "cbc:Amount", AMOUNT, _MONEY),
        Leaf("BT-93", "base", "cbc:BaseAmount", AMOUNT, _MONEY),
    )
    if on_line:
        return rows
    return (
        *rows,
        Leaf("BT-95", "vat_category", "cac:TaxCategory/cbc:ID", CODE),
        Leaf("BT-96", "vat_rate", "cac:TaxCategory/cbc:Percent", NUMBER),
        Const("cac:TaxCategory/cac:TaxScheme/cbc:ID", "VAT"),
    )


def allowances_and_charges(*, on_line: bool) -> tuple[Row, ...]:
    """The two groups of discounts and surcharges, of the document or of a line."""
    path = "cac:AllowanceCharge"
    model = AllowanceCharge
    terms = ("BG-27", "BG-28") if on_line else ("BG-20", "BG-21")
    return (
        Group(
            terms[0], "allowances", f"{path}[allowance]", _allowance_charge("false", on_line=on_line), model, many=True
        ),
        Group(terms[1], "charges", f"{path}[charge]", _allowance_charge("true", on_line=on_line), model, many=True),
    )


VAT_BREAKDOWN: Final[tuple[Row, ...]] = (
    Leaf("BT-116", "taxable", "cbc:TaxableAmount", AMOUNT, _MONEY),
    Leaf("BT-117", "tax", "cbc:TaxAmount", AMOUNT, _MONEY),
    Leaf("BT-118", "category", "cac:TaxCategory/cbc:ID", CODE),
    Leaf("BT-119", "rate", "cac:TaxCategory/cbc:Percent", NUMBER),
    Leaf("BT-121", "reason_code", "cac:TaxCategory/cbc:TaxExemptionReasonCode", CODE),
    Leaf("BT-120", "reason", "cac:TaxCategory/cbc:TaxExemptionReason"),
    Const("cac:TaxCategory/cac:TaxScheme/cbc:ID", "VAT"),
)
TOTALS: Final[tuple[Row, ...]] = (
    Leaf("BT-110", "totals.vat", "cac:TaxTotal/cbc:TaxAmount", AMOUNT, _MONEY),
    Group("BG-23", "vat_breakdown", "cac:TaxTotal/cac:TaxSubtotal", VAT_BREAKDOWN, VatBreakdown, many=True),
    Leaf(
        "BT-111",
        "totals.vat_accounting",
        "cac:TaxTotal[accounting]/cbc:TaxAmount",
        AMOUNT,
        {"currencyID": "=vat_currency"},
    ),
    Leaf("BT-106", "totals.lines", "cac:LegalMonetaryTotal/cbc:LineExtensionAmount", AMOUNT, _MONEY, needed=True),
    Leaf("BT-109", "totals.net", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", AMOUNT, _MONEY, needed=True),
    Leaf("BT-112", "totals.gross", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", AMOUNT, _MONEY, needed=True),
    Leaf("BT-107", "totals.allowances", "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", AMOUNT, _MONEY),
    Leaf("BT-108", "totals.charges", "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount", AMOUNT, _MONEY),
    Leaf("BT-113", "totals.prepaid", "cac:LegalMonetaryTotal/cbc:PrepaidAmount", AMOUNT, _MONEY),
    Leaf("BT-114", "totals.rounding", "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount", AMOUNT, _MONEY),
    Leaf("BT-115", "totals.payable", "cac:LegalMonetaryTotal/cbc:PayableAmount", AMOUNT, _MONEY, needed=True),
)


def line(quantity: str) -> tuple[Row, ...]:
    """BG-25."""
    return (
        Leaf("BT-126", "id", "cbc:ID"),
        Leaf("BT-127", "note", "cbc:Note"),
        Leaf("BT-129", "quantity", quantity, NUMBER, _UNIT),
        Leaf("BT-131", "net", "cbc:LineExtensionAmount", AMOUNT, _MONEY, needed=True),
        Leaf("BT-133", "buyer_account", "cbc:AccountingCost"),
        Leaf("BT-134", "period.start", "cac:InvoicePeriod/cbc:StartDate", DATE),
        Leaf("BT-135", "period.end", "cac:InvoicePeriod/cbc:EndDate", DATE),
        Leaf("BT-132", "order_line", "cac:OrderLineReference/cbc:LineID"),
        Leaf("BT-128", "object_id", "cac:DocumentReference/cbc:ID", IDENTIFIER, _SCHEME),
        Const("cac:DocumentReference/cbc:DocumentTypeCode", "130"),
        *allowances_and_charges(on_line=True),
        Leaf("BT-154", "item.description", "cac:Item/cbc:Description"),
        Leaf("BT-153", "item.name", "cac:Item/cbc:Name"),
        Leaf("BT-156", "item.buyer_id", "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        Leaf("BT-155", "item.seller_id", "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        Leaf("BT-157", "item.standard_id", "cac:Item/cac:StandardItemIdentification/cbc:ID", IDENTIFIER, _SCHEME),
        Leaf("BT-159", "item.origin_country", "cac:Item/cac:OriginCountry/cbc:IdentificationCode", CODE),
        Group("BT-158", "item.classifications", "cac:Item/cac:CommodityClassification", _CLASSIFICATION, many=True),
        Leaf("BT-151", "vat_category", "cac:Item/cac:ClassifiedTaxCategory/cbc:ID", CODE),
        Leaf("BT-152", "vat_rate", "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", NUMBER),
        Const("cac:Item/cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:ID", "VAT"),
        Group("BG-32", "item.properties", "cac:Item/cac:AdditionalItemProperty", _PROPERTY, ItemProperty, many=True),
        Leaf("BT-146", "price.net", "cac:Price/cbc:PriceAmount", NUMBER, _MONEY),
        Leaf("BT-149", "price.base_quantity", "cac:Price/cbc:BaseQuantity", NUMBER, {"unitCode": "price.base_unit"}),
        Const("cac:Price/cac:AllowanceCharge/cbc:ChargeIndicator", "false"),
        Leaf("BT-147", "price.discount", "cac:Price/cac:AllowanceCharge/cbc:Amount", NUMBER, _MONEY, fallback="0"),
        Leaf("BT-148", "price.gross", "cac:Price/cac:AllowanceCharge/cbc:BaseAmount", NUMBER, _MONEY),
    )


_CLASSIFICATION: Final[tuple[Row, ...]] = (
    Leaf(
        "BT-158",
        ".",
        "cbc:ItemClassificationCode",
        CLASSIFICATION,
        {"listID": ".scheme", "listVersionID": ".version"},
    ),
)
_PROPERTY: Final[tuple[Row, ...]] = (Leaf("BT-160", "name", "cbc:Name"), Leaf("BT-161", "value", "cbc:Value"))
PRECEDING: Final[tuple[Row, ...]] = (
    Leaf("BT-25", "number", "cac:InvoiceDocumentReference/cbc:ID"),
    Leaf("BT-26", "issue_date", "cac:InvoiceDocumentReference/cbc:IssueDate", DATE),
)
SUPPORTING: Final[tuple[Row, ...]] = (
    Leaf("BT-122", "reference", "cbc:ID"),
    Leaf("BT-123", "description", "cbc:DocumentDescription"),
    Leaf(
        "BT-125",
        "attachment",
        "cac:Attachment/cbc:EmbeddedDocumentBinaryObject",
        BINARY,
        {"mimeCode": ".mime_type", "filename": ".filename"},
    ),
    Leaf("BT-124", "uri", "cac:Attachment/cac:ExternalReference/cbc:URI"),
)
