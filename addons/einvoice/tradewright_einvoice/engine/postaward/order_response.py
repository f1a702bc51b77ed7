"""Order response (Peppol transaction T76): what a seller makes of an order."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ..binding import Row
from ..values import CODE, NUMBER
from .model import TradeItem, TradeParty, TradePrice, Window
from .parts import PRICE, group, head, item, leaf, party, table, window

SPECIFICATION: Final = "urn:fdc:peppol.eu:poacc:trns:order_response:3"
PROCESS: Final = "urn:fdc:peppol.eu:poacc:bis:ordering:3"


class OrderAnswer(StrEnum):
    """The answer to an order as a whole (UNCL4343 as Peppol restricts it). Only `CHANGED` goes with lines."""

    ACKNOWLEDGED = "AB"
    ACCEPTED = "AP"
    CHANGED = "CA"
    REJECTED = "RE"


class LineAnswer(StrEnum):
    """The answer to a line (UNTDID 1229)."""

    ADDED = "1"
    CHANGED = "3"
    ACCEPTED = "5"
    REJECTED = "7"
    DELIVERED = "42"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """The answer to one line of an order."""

    id: str
    note: str | None = None
    #: `LineAnswer`.
    status: str
    #: What will be delivered; the unit is one of UN/ECE Recommendation 20 or 21.
    quantity: Decimal | None = None
    unit: str | None = None
    #: What is delivered later.
    backorder: Decimal | None = None
    period: Window | None = None
    price: TradePrice | None = None
    item: TradeItem
    #: What is offered instead: a number of the line, and the item.
    substitute_id: str | None = None
    substitute: TradeItem | None = None
    #: The line of the order.
    order_line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResponse:
    """The answer to an order."""

    specification: str = SPECIFICATION
    process: str = PROCESS
    number: str
    #: The seller's number of the order.
    sales_order: str | None = None
    issue_date: date
    issue_time: time | None = None
    #: `OrderAnswer`.
    answer: str
    note: str | None = None
    currency: str
    #: The buyer's reference.
    buyer_reference: str | None = None
    #: The buyer's number of the order.
    order: str
    seller: TradeParty
    buyer: TradeParty
    period: Window | None = None
    lines: tuple[AnsweredLine, ...] = ()


_LINE: Final[tuple[Row, ...]] = (
    leaf("id", "cac:LineItem/cbc:ID"),
    leaf("note", "cac:LineItem/cbc:Note"),
    leaf("status", "cac:LineItem/cbc:LineStatusCode", CODE),
    leaf("quantity", "cac:LineItem/cbc:Quantity", NUMBER, {"unitCode": "unit"}),
    leaf("backorder", "cac:LineItem/cbc:MaximumBackorderQuantity", NUMBER),
    window("period", "cac:LineItem/cac:Delivery/cac:PromisedDeliveryPeriod"),
    group("price", f"cac:LineItem/{PRICE.path}", tuple(PRICE.rows[:2]), TradePrice),
    item(
        "cac:LineItem/cac:Item",
        "description seller_variant manufacturer_id standard_variant specifications classifications hazards tax "
        "properties instances",
    ),
    leaf("substitute_id", "cac:SellerSubstitutedLineItem/cbc:ID"),
    group(
        "substitute",
        "cac:SellerSubstitutedLineItem/cac:Item",
        tuple(
            item(
                "",
                "description buyer_id seller_variant manufacturer_id standard_variant specifications hazards instances",
            ).rows
        ),
        TradeItem,
    ),
    leaf("order_line", "cac:OrderLineReference/cbc:LineID"),
)
_PARTY: Final = "endpoint identifiers name"
TABLE: Final = table(
    "OrderResponse",
    "rsp",
    (
        *head(sales_order=True),
        leaf("answer", "cbc:OrderResponseCode", CODE, needed=True),
        leaf("note", "cbc:Note"),
        leaf("currency", "cbc:DocumentCurrencyCode", CODE),
        leaf("buyer_reference", "cbc:CustomerReference"),
        leaf("order", "cac:OrderReference/cbc:ID", needed=True),
        party("seller", "cac:SellerSupplierParty/cac:Party", _PARTY),
        party("buyer", "cac:BuyerCustomerParty/cac:Party", _PARTY),
        window("period", "cac:Delivery/cac:PromisedDeliveryPeriod"),
        group("lines", "cac:OrderLine", _LINE, AnsweredLine, many=True),
    ),
    OrderResponse,
)
