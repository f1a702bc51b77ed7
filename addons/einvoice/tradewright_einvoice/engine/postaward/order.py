"""Order (Peppol transaction T01): what a buyer orders."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final

from ..binding import Group, Leaf, Row
from ..model import Address, AllowanceCharge, Contact, Identifier
from ..ubl_parts import ADDRESS, CONTACT, allowances_and_charges
from ..values import AMOUNT, CODE, DATE, NUMBER
from .model import Document, TradeItem, TradeParty, TradePrice, Window
from .parts import DOCUMENTS, MONEY, PRICE, group, head, identifier, item, leaf, party, table, window
from .values import FLAG, TIME

SPECIFICATION: Final = "urn:fdc:peppol.eu:poacc:trns:order:3"
PROCESS: Final = "urn:fdc:peppol.eu:poacc:bis:ordering:3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where goods are delivered."""

    id: Identifier | None = None
    name: str | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignee:
    """Who receives the goods."""

    identifier: Identifier | None = None
    name: str | None = None
    address: Address | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDelivery:
    """Where, when and to whom an order is to be delivered."""

    place: Place | None = None
    period: Window | None = None
    party: Consignee | None = None
    despatch_date: date | None = None
    despatch_time: time | None = None
    shipment_id: str | None = None
    #: UNTDID 4219.
    priority: str | None = None
    shipping_marks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTotals:
    """The totals that the buyer expects, in the currency of the order."""

    lines: Decimal
    net: Decimal | None = None
    gross: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    payable: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """One line of an order."""

    id: str
    note: str | None = None
    quantity: Decimal
    #: UN/ECE Recommendation 20 or 21.
    unit: str
    net: Decimal | None = None
    partial_delivery: bool | None = None
    buyer_account: str | None = None
    delivery_id: Identifier | None = None
    place: Place | None = None
    period: Window | None = None
    originator: Identifier | None = None
    originator_name: str | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    price: TradePrice | None = None
    item: TradeItem
    quotation_line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of a buyer to a seller."""

    specification: str = SPECIFICATION
    process: str = PROCESS
    number: str
    #: The seller's number of the order.
    sales_order: str | None = None
    issue_date: date
    issue_time: time | None = None
    #: UNTDID 1001: 220 order, 221 blanket order, 226 call off order, ...
    type_code: str | None = None
    note: str | None = None
    currency: str
    #: The buyer's reference, which the invoice is to repeat.
    buyer_reference: str | None = None
    buyer_account: str | None = None
    valid_until: date | None = None
    quotation: str | None = None
    #: An order that this one replaces or continues.
    previous_order: str | None = None
    tender: str | None = None
    catalogue: str | None = None
    documents: tuple[Document, ...] = ()
    contract: str | None = None
    project: str | None = None
    buyer: TradeParty
    seller: TradeParty
    originator: TradeParty | None = None
    #: Who gets the invoice, where it is not the buyer.
    invoicee: TradeParty | None = None
    delivery: OrderDelivery | None = None
    delivery_terms: str | None = None
    special_terms: str | None = None
    terms_place: str | None = None
    payment_terms: str | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    vat: Decimal | None = None
    totals: OrderTotals | None = None
    lines: tuple[OrderedLine, ...] = ()


_PLACE: Final[tuple[Row, ...]] = (
    identifier("id", "cbc:ID"),
    leaf("name", "cbc:Name"),
    group("address", "cac:Address", ADDRESS, Address),
)
CONSIGNEE: Final = group(
    "party",
    "cac:DeliveryParty",
    (
        identifier("identifier", "cac:PartyIdentification/cbc:ID"),
        leaf("name", "cac:PartyName/cbc:Name"),
        group("address", "cac:PostalAddress", ADDRESS, Address),
        group("contact", "cac:Contact", CONTACT, Contact),
    ),
    Consignee,
)
_DELIVERY: Final[tuple[Row, ...]] = (
    group("place", "cac:DeliveryLocation", _PLACE, Place),
    window("period", "cac:RequestedDeliveryPeriod"),
    CONSIGNEE,
    leaf("despatch_date", "cac:Despatch/cbc:RequestedDespatchDate", DATE),
    leaf("despatch_time", "cac:Despatch/cbc:RequestedDespatchTime", TIME),
    leaf("shipment_id", "cac:Shipment/cbc:ID"),
    leaf("priority", "cac:Shipment/cbc:ShippingPriorityLevelCode", CODE),
    leaf("shipping_marks", "cac:Shipment/cac:TransportHandlingUnit/cbc:ShippingMarks"),
)


def _total(field: str, name: str, *, needed: bool = False) -> Leaf:
    return leaf(field, f"cbc:{name}Amount", AMOUNT, MONEY, needed=needed)


_TOTALS: Final[tuple[Row, ...]] = (
    _total("lines", "LineExtension", needed=True),
    _total("net", "TaxExclusive"),
    _total("gross", "TaxInclusive"),
    _total("allowances", "AllowanceTotal"),
    _total("charges", "ChargeTotal"),
    _total("prepaid", "Prepaid"),
    _total("rounding", "PayableRounding"),
    _total("payable", "Payable", needed=True),
)
_DELIVERY_OF_LINE: Final = "cac:LineItem/cac:Delivery"
_LINE: Final[tuple[Row, ...]] = (
    leaf("note", "cbc:Note"),
    leaf("id", "cac:LineItem/cbc:ID"),
    leaf("quantity", "cac:LineItem/cbc:Quantity", NUMBER, {"unitCode": "unit"}),
    leaf("net", "cac:LineItem/cbc:LineExtensionAmount", AMOUNT, MONEY),
    leaf("partial_delivery", "cac:LineItem/cbc:PartialDeliveryIndicator", FLAG),
    leaf("buyer_account", "cac:LineItem/cbc:AccountingCost"),
    identifier("delivery_id", f"{_DELIVERY_OF_LINE}/cbc:ID"),
    group("place", f"{_DELIVERY_OF_LINE}/cac:DeliveryLocation", _PLACE, Place),
    window("period", f"{_DELIVERY_OF_LINE}/cac:RequestedDeliveryPeriod"),
    identifier("originator", "cac:LineItem/cac:OriginatorParty/cac:PartyIdentification/cbc:ID"),
    leaf("originator_name", "cac:LineItem/cac:OriginatorParty/cac:PartyName/cbc:Name"),
    *(
        group(row.field, f"cac:LineItem/{row.path}", tuple(row.rows), row.model, many=True)
        for row in allowances_and_charges(on_line=True)
        if isinstance(row, Group)
    ),
    group("price", f"cac:LineItem/{PRICE.path}", tuple(PRICE.rows), TradePrice),
    item("cac:LineItem/cac:Item", "hazards seller_variant standard_variant"),
    leaf("quotation_line", "cac:QuotationLineReference/cbc:LineID"),
)
_PARTY: Final = "endpoint identifiers trading_name address vat_id name registration contact"
_SELLER: Final = "endpoint identifiers trading_name address name registration contact"
TABLE: Final = table(
    "Order",
    "ord",
    (
        *head(sales_order=True),
        leaf("type_code", "cbc:OrderTypeCode", CODE),
        leaf("note", "cbc:Note"),
        leaf("currency", "cbc:DocumentCurrencyCode", CODE),
        leaf("buyer_reference", "cbc:CustomerReference"),
        leaf("buyer_account", "cbc:AccountingCost"),
        leaf("valid_until", "cac:ValidityPeriod/cbc:EndDate", DATE),
        leaf("quotation", "cac:QuotationDocumentReference/cbc:ID"),
        leaf("previous_order", "cac:OrderDocumentReference/cbc:ID"),
        leaf("tender", "cac:OriginatorDocumentReference/cbc:ID"),
        leaf("catalogue", "cac:CatalogueReference/cbc:ID"),
        DOCUMENTS,
        leaf("contract", "cac:Contract/cbc:ID"),
        leaf("project", "cac:ProjectReference/cbc:ID"),
        party("buyer", "cac:BuyerCustomerParty/cac:Party", _PARTY),
        party("seller", "cac:SellerSupplierParty/cac:Party", _SELLER),
        party("originator", "cac:OriginatorCustomerParty/cac:Party", "identifiers trading_name contact"),
        party("invoicee", "cac:AccountingCustomerParty/cac:Party", _PARTY),
        group("delivery", "cac:Delivery", _DELIVERY, OrderDelivery),
        leaf("delivery_terms", "cac:DeliveryTerms/cbc:ID"),
        leaf("special_terms", "cac:DeliveryTerms/cbc:SpecialTerms"),
        leaf("terms_place", "cac:DeliveryTerms/cac:DeliveryLocation/cbc:ID"),
        leaf("payment_terms", "cac:PaymentTerms/cbc:Note"),
        *allowances_and_charges(on_line=False),
        leaf("vat", "cac:TaxTotal/cbc:TaxAmount", AMOUNT, MONEY),
        group("totals", "cac:AnticipatedMonetaryTotal", _TOTALS, OrderTotals),
        group("lines", "cac:OrderLine", _LINE, OrderedLine, many=True),
    ),
    Order,
)
