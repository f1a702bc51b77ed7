"""Despatch advice (Peppol transaction T16): what is on its way."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final

from ..binding import Const, Group, Leaf, Row
from ..model import Address, Contact, Identifier
from ..ubl_parts import ADDRESS, CONTACT
from ..values import CODE, DATE, NUMBER
from .model import Document, TradeItem, TradeParty, Window
from .order import CONSIGNEE, Consignee
from .parts import DOCUMENTS, group, head, identifier, item, leaf, party, table, texts, window
from .values import FLAG, TIME

SPECIFICATION: Final = "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3"
PROCESS: Final = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A measure of a package: UNTDID 6313 AAB gross weight, AAL net weight, AAW volume, AAX height."""

    attribute: str
    value: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package inside a handling unit."""

    id: str
    #: UN/ECE Recommendation 21, without the leading X.
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingUnit:
    """A pallet, a parcel: what is moved as one."""

    #: An SSCC has the scheme SSCC.
    id: Identifier | None = None
    #: UN/ECE Recommendation 21, without the leading X.
    kind: str | None = None
    hazardous: bool | None = None
    marks: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    packages: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierDocument:
    """What a driver shows, such as a licence plate."""

    id: str
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchShipment:
    """The transport."""

    id: str
    information: tuple[str, ...] = ()
    weight: Decimal | None = None
    weight_unit: str | None = None
    volume: Decimal | None = None
    volume_unit: str | None = None
    #: How many handling units there are.
    units: Decimal | None = None
    consignment: str | None = None
    consignment_text: str | None = None
    carrier_id: Identifier | None = None
    carrier: str | None = None
    carrier_documents: tuple[CarrierDocument, ...] = ()
    #: UN/ECE Recommendation 19: 1 sea, 2 rail, 3 road, 4 air, ...
    mode: str | None = None
    tracking: str | None = None
    estimated: Window | None = None
    party: Consignee | None = None
    despatch_date: date | None = None
    despatch_time: time | None = None
    despatch_place: Identifier | None = None
    despatch_address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchedLine:
    """One line: what of it is on its way and what is to come."""

    id: str
    note: str | None = None
    quantity: Decimal
    unit: str
    outstanding: Decimal | None = None
    outstanding_unit: str | None = None
    outstanding_reasons: tuple[str, ...] = ()
    #: The line of the buyer's order.
    order_line: str
    sales_order_line: str | None = None
    #: The order, where it is not the document's.
    order: str | None = None
    documents: tuple[Document, ...] = ()
    item: TradeItem
    handling_units: tuple[HandlingUnit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchAdvice:
    """An announcement of goods."""

    specification: str = SPECIFICATION
    process: str = PROCESS
    number: str
    issue_date: date
    issue_time: time | None = None
    note: str | None = None
    orders: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    #: Who sends the goods and who gets them.
    supplier: TradeParty
    customer: TradeParty
    delivery_contact: Contact | None = None
    #: Where they are not supplier and customer.
    buyer: TradeParty | None = None
    seller: TradeParty | None = None
    originator: TradeParty | None = None
    shipment: DespatchShipment | None = None
    lines: tuple[DespatchedLine, ...] = ()


_TO: Final = "cac:Delivery"
_SHIPMENT: Final[tuple[Row, ...]] = (
    leaf("id", "cbc:ID"),
    texts("information", "cbc:Information"),
    leaf("weight", "cbc:GrossWeightMeasure", NUMBER, {"unitCode": "weight_unit"}),
    leaf("volume", "cbc:GrossVolumeMeasure", NUMBER, {"unitCode": "volume_unit"}),
    leaf("units", "cbc:TotalTransportHandlingUnitQuantity", NUMBER),
    leaf("consignment", "cac:Consignment/cbc:ID"),
    leaf("consignment_text", "cac:Consignment/cbc:Information"),
    identifier("carrier_id", "cac:Consignment/cac:CarrierParty/cac:PartyIdentification/cbc:ID"),
    leaf("carrier", "cac:Consignment/cac:CarrierParty/cac:PartyName/cbc:Name"),
    group(
        "carrier_documents",
        "cac:Consignment/cac:CarrierParty/cac:Person/cac:IdentityDocumentReference",
        (leaf("id", "cbc:ID"), leaf("kind", "cbc:DocumentType")),
        CarrierDocument,
        many=True,
    ),
    leaf("mode", "cac:ShipmentStage/cbc:TransportModeCode", CODE),
    leaf("tracking", f"{_TO}/cbc:TrackingID"),
    window("estimated", f"{_TO}/cac:EstimatedDeliveryPeriod"),
    Group("party", "party", f"{_TO}/cac:DeliveryParty", CONSIGNEE.rows, Consignee),
    leaf("despatch_date", f"{_TO}/cac:Despatch/cbc:ActualDespatchDate", DATE),
    leaf("despatch_time", f"{_TO}/cac:Despatch/cbc:ActualDespatchTime", TIME),
    identifier("despatch_place", f"{_TO}/cac:Despatch/cac:DespatchAddress/cbc:ID"),
    *(
        leaf(f"despatch_address.{row.field}", f"{_TO}/cac:Despatch/cac:DespatchAddress/{row.path}", row.kind)
        for row in ADDRESS
        if isinstance(row, Leaf)
    ),
)
_UNIT: Final[tuple[Row, ...]] = (
    identifier("id", "cbc:ID"),
    leaf("kind", "cbc:TransportHandlingUnitTypeCode", CODE),
    leaf("hazardous", "cbc:HazardousRiskIndicator", FLAG),
    texts("marks", "cbc:ShippingMarks"),
    group(
        "dimensions",
        "cac:MeasurementDimension",
        (leaf("attribute", "cbc:AttributeID", CODE), leaf("value", "cbc:Measure", NUMBER, {"unitCode": "unit"})),
        Dimension,
        many=True,
    ),
    group(
        "packages",
        "cac:Package",
        (leaf("id", "cbc:ID"), leaf("kind", "cbc:PackagingTypeCode", CODE)),
        Package,
        many=True,
    ),
)
_LINE: Final[tuple[Row, ...]] = (
    leaf("id", "cbc:ID"),
    leaf("note", "cbc:Note"),
    leaf("quantity", "cbc:DeliveredQuantity", NUMBER, {"unitCode": "unit"}),
    leaf("outstanding", "cbc:OutstandingQuantity", NUMBER, {"unitCode": "outstanding_unit"}),
    texts("outstanding_reasons", "cbc:OutstandingReason"),
    leaf("order_line", "cac:OrderLineReference/cbc:LineID"),
    leaf("sales_order_line", "cac:OrderLineReference/cbc:SalesOrderLineID"),
    leaf("order", "cac:OrderLineReference/cac:OrderReference/cbc:ID"),
    group(
        "documents",
        "cac:DocumentReference",
        (leaf("reference", "cbc:ID"), leaf("kind", "cbc:DocumentType")),
        Document,
        many=True,
    ),
    item("cac:Item", "description manufacturer_id specifications tax"),
    Const("cac:Shipment/cbc:ID", "NA"),
    group("handling_units", "cac:Shipment/cac:TransportHandlingUnit", _UNIT, HandlingUnit, many=True),
)
_PARTY: Final = "endpoint identifiers address name"
_NAMED: Final = "identifiers trading_name address"
TABLE: Final = table(
    "DespatchAdvice",
    "dsp",
    (
        *head(),
        leaf("note", "cbc:Note"),
        texts("orders", "cac:OrderReference/cbc:ID"),
        DOCUMENTS,
        party("supplier", "cac:DespatchSupplierParty/cac:Party", f"{_PARTY} contact"),
        party("customer", "cac:DeliveryCustomerParty/cac:Party", _PARTY),
        group("delivery_contact", "cac:DeliveryCustomerParty/cac:DeliveryContact", CONTACT, Contact),
        party("buyer", "cac:BuyerCustomerParty/cac:Party", _NAMED),
        party("seller", "cac:SellerSupplierParty/cac:Party", _NAMED),
        party("originator", "cac:OriginatorCustomerParty/cac:Party", _NAMED),
        group("shipment", "cac:Shipment", _SHIPMENT, DespatchShipment),
        group("lines", "cac:DespatchLine", _LINE, DespatchedLine, many=True),
    ),
    DespatchAdvice,
)
