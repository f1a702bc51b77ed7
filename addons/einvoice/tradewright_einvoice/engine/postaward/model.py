"""What the messages around an invoice share: parties, periods, items, documents. All classes are immutable.

Quantities and amounts are exact decimals. A field that a message does not have is ignored when it is written.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from ..model import Address, Attachment, Contact, Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeParty:
    """A buyer, a seller, or somebody else who takes part."""

    #: The registered name; some messages know only the trading name.
    name: str | None = None
    trading_name: str | None = None
    endpoint: Identifier | None = None
    identifiers: tuple[Identifier, ...] = ()
    registration: Identifier | None = None
    registration_city: str | None = None
    registration_country: str | None = None
    vat_id: str | None = None
    address: Address | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when until when something is delivered."""

    start: date | None = None
    start_time: time | None = None
    end: date | None = None
    end_time: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that a message refers to."""

    reference: str
    kind: str | None = None
    uri: str | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeProperty:
    """A property of an item, such as its colour."""

    name: str
    value: str
    id: Identifier | None = None
    name_code: Identifier | None = None
    quantity: Decimal | None = None
    quantity_unit: str | None = None
    qualifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One piece or lot of an item."""

    trace: Identifier | None = None
    manufactured: date | None = None
    best_before: date | None = None
    serial: str | None = None
    properties: tuple[TradeProperty, ...] = ()
    lot: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """What makes an item dangerous to transport."""

    code: str | None = None
    hazard_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeItem:
    """What is ordered or shipped."""

    name: str | None = None
    description: str | None = None
    buyer_id: str | None = None
    seller_id: str | None = None
    seller_variant: str | None = None
    manufacturer_id: str | None = None
    #: Such as a GTIN, scheme 0160.
    standard_id: Identifier | None = None
    standard_variant: str | None = None
    specifications: tuple[str, ...] = ()
    classifications: tuple[Identifier, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    vat_category: str | None = None
    vat_rate: Decimal | None = None
    properties: tuple[TradeProperty, ...] = ()
    instances: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TradePrice:
    """The price of one unit, or of `base_quantity` units, without VAT."""

    net: Decimal
    base_quantity: Decimal | None = None
    base_unit: str | None = None
    discount: Decimal | None = None
    gross: Decimal | None = None
