"""The parts that several messages share, bound to the model in the order of the UBL schema."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..binding import Const, Group, Leaf, Predicate, Row, Table
from ..model import Address, Contact
from ..ubl_parts import ADDRESS, CONTACT
from ..ubl_parts import PREDICATES as UBL_PREDICATES
from ..values import BINARY, CLASSIFICATION, CODE, DATE, IDENTIFIER, NUMBER, TEXT, Kind
from ..xml import NAMESPACES, Node
from .model import Document, Hazard, Instance, TradeItem, TradeParty, TradePrice, TradeProperty, Window
from .values import TIME, VERSIONED

SCHEME: Final = MappingProxyType({"schemeID": ".scheme"})
MONEY: Final = MappingProxyType({"currencyID": "=currency"})


def leaf(  # the term is the field in words: these messages have no business terms that readers know
    field: str, path: str, kind: Kind = TEXT, attributes: Mapping[str, str] | None = None, *, needed: bool = False
) -> Leaf:
    """A leaf whose term is the name of its field."""
    return Leaf(field.replace("_", " "), field, path, kind, attributes, needed=needed)


def identifier(field: str, path: str) -> Leaf:
    """An identifier with its scheme."""
    return leaf(field, path, IDENTIFIER, SCHEME)


def group(field: str, path: str, rows: tuple[Row, ...], model: type[object] | None, *, many: bool = False) -> Group:
    """A group whose term is the name of its field."""
    return Group(field.replace("_", " "), field, path, rows, model, many=many)


def texts(field: str, path: str) -> Group:
    """An element that repeats, each with a text."""
    head, _, last = path.rpartition("/")
    return Group(field, field, head or last, (leaf(".", last if head else ""),), many=True)


_PARTY: Final[Mapping[str, tuple[Row, ...]]] = MappingProxyType(
    {
        "endpoint": (identifier("endpoint", "cbc:EndpointID"),),
        "identifiers": (
            Group("party", "identifiers", "cac:PartyIdentification", (identifier(".", "cbc:ID"),), many=True),
        ),
        "trading_name": (leaf("trading_name", "cac:PartyName/cbc:Name"),),
        "address": (group("address", "cac:PostalAddress", ADDRESS, Address),),
        "vat_id": (
            leaf("vat_id", "cac:PartyTaxScheme/cbc:CompanyID", CODE),
            Const("cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "VAT"),
        ),
        "name": (leaf("name", "cac:PartyLegalEntity/cbc:RegistrationName"),),
        "registration": (
            identifier("registration", "cac:PartyLegalEntity/cbc:CompanyID"),
            leaf("registration_city", "cac:PartyLegalEntity/cac:RegistrationAddress/cbc:CityName"),
            leaf(
                "registration_country",
                "cac:PartyLegalEntity/cac:RegistrationAddress/cac:Country/cbc:IdentificationCode",
                CODE,
            ),
        ),
        "contact": (group("contact", "cac:Contact", CONTACT, Contact),),
    }
)


def party(field: str, path: str, parts: str) -> Group:
    """A party with the parts that a message has for it."""
    return group(field, path, tuple(row for part in parts.split() for row in _PARTY[part]), TradeParty)


def window(field: str, path: str) -> Group:
    """When something is delivered."""
    rows = (
        leaf("start", "cbc:StartDate", DATE),
        leaf("start_time", "cbc:StartTime", TIME),
        leaf("end", "cbc:EndDate", DATE),
        leaf("end_time", "cbc:EndTime", TIME),
    )
    return group(field, path, rows, Window)


def head(*, sales_order: bool = False) -> tuple[Row, ...]:
    """What every message starts with."""
    return (
        leaf("specification", "cbc:CustomizationID", CODE),
        leaf("process", "cbc:ProfileID", CODE),
        leaf("number", "cbc:ID"),
        *((leaf("sales_order", "cbc:SalesOrderID"),) if sales_order else ()),
        leaf("issue_date", "cbc:IssueDate", DATE, needed=True),
        leaf("issue_time", "cbc:IssueTime", TIME),
    )


DOCUMENTS: Final = group(
    "documents",
    "cac:AdditionalDocumentReference",
    (
        leaf("reference", "cbc:ID"),
        leaf("kind", "cbc:DocumentType"),
        leaf(
            "attachment",
            "cac:Attachment/cbc:EmbeddedDocumentBinaryObject",
            BINARY,
            {"mimeCode": ".mime_type", "filename": ".filename"},
        ),
        leaf("uri", "cac:Attachment/cac:ExternalReference/cbc:URI"),
    ),
    Document,
    many=True,
)
_CLASSIFICATION: Final = Group(
    "classification",
    "classifications",
    "cac:CommodityClassification",
    (
        leaf(
            ".",
            "cbc:ItemClassificationCode",
            CLASSIFICATION,
            {"listID": ".scheme", "listVersionID": ".version"},
        ),
    ),
    many=True,
)
_PROPERTY: Final = group(
    "properties",
    "cac:AdditionalItemProperty",
    (
        leaf("id", "cbc:ID", VERSIONED, {"schemeID": ".scheme", "schemeVersionID": ".version"}),
        leaf("name", "cbc:Name"),
        leaf("name_code", "cbc:NameCode", CLASSIFICATION, {"listID": ".scheme"}),
        leaf("value", "cbc:Value"),
        leaf("quantity", "cbc:ValueQuantity", NUMBER, {"unitCode": "quantity_unit"}),
        leaf("qualifier", "cbc:ValueQualifier"),
    ),
    TradeProperty,
    many=True,
)
_INSTANCE: Final = group(
    "instances",
    "cac:ItemInstance",
    (
        identifier("trace", "cbc:ProductTraceID"),
        leaf("manufactured", "cbc:ManufactureDate", DATE),
        leaf("best_before", "cbc:BestBeforeDate", DATE),
        leaf("serial", "cbc:SerialID"),
        _PROPERTY,
        leaf("lot", "cac:LotIdentification/cbc:LotNumberID"),
        leaf("expires", "cac:LotIdentification/cbc:ExpiryDate", DATE),
    ),
    Instance,
    many=True,
)
_HAZARD: Final = group(
    "hazards",
    "cac:HazardousItem",
    (leaf("code", "cbc:UNDGCode", CODE), leaf("hazard_class", "cbc:HazardClassID")),
    Hazard,
    many=True,
)
#: All that a message may say of an item, in the order of the schema.
ITEM: Final[Mapping[str, tuple[Row, ...]]] = MappingProxyType(
    {
        "description": (leaf("description", "cbc:Description"),),
        "name": (leaf("name", "cbc:Name"),),
        "buyer_id": (leaf("buyer_id", "cac:BuyersItemIdentification/cbc:ID"),),
        "seller_id": (leaf("seller_id", "cac:SellersItemIdentification/cbc:ID"),),
        "seller_variant": (leaf("seller_variant", "cac:SellersItemIdentification/cbc:ExtendedID"),),
        "manufacturer_id": (leaf("manufacturer_id", "cac:ManufacturersItemIdentification/cbc:ID"),),
        "standard_id": (identifier("standard_id", "cac:StandardItemIdentification/cbc:ID"),),
        "standard_variant": (leaf("standard_variant", "cac:StandardItemIdentification/cbc:ExtendedID"),),
        "specifications": (texts("specifications", "cac:ItemSpecificationDocumentReference/cbc:ID"),),
        "classifications": (_CLASSIFICATION,),
        "hazards": (_HAZARD,),
        "tax": (
            leaf("vat_category", "cac:ClassifiedTaxCategory/cbc:ID", CODE),
            leaf("vat_rate", "cac:ClassifiedTaxCategory/cbc:Percent", NUMBER),
            Const("cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:ID", "VAT"),
        ),
        "properties": (_PROPERTY,),
        "instances": (_INSTANCE,),
    }
)


def item(path: str, without: str = "") -> Group:
    """An item with all but the named parts."""
    left_out = without.split()
    rows = tuple(row for part, rows in ITEM.items() if part not in left_out for row in rows)
    return group("item", path, rows, TradeItem)


PRICE: Final = group(
    "price",
    "cac:Price",
    (
        leaf("net", "cbc:PriceAmount", NUMBER, MONEY),
        leaf("base_quantity", "cbc:BaseQuantity", NUMBER, {"unitCode": "base_unit"}),
        Const("cac:AllowanceCharge/cbc:ChargeIndicator", "false"),
        leaf("discount", "cac:AllowanceCharge/cbc:Amount", NUMBER, MONEY),
        leaf("gross", "cac:AllowanceCharge/cbc:BaseAmount", NUMBER, MONEY),
    ),
    TradePrice,
)


def _is_action(status: Node, _root: Node) -> bool:
    code = status.first("cbc:StatusReasonCode")
    return code is not None and code.get("listID") == "OPStatusAction"


PREDICATES: Final[Mapping[str, Predicate]] = MappingProxyType({**UBL_PREDICATES, "action": _is_action})


def table(root: str, prefix: str, rows: tuple[Row, ...], model: type[object]) -> Table:
    """The table of a message."""
    spaces = {"": NAMESPACES[prefix], "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]}
    return Table(root, spaces, rows, model, PREDICATES)
