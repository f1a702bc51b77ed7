"""The hooks that the portal offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class Stock:
    """What can be promised of a product: `free` now, and from `next_date` on more."""

    free: Decimal
    next_date: date | None = None
    next_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Policy:
    """A way to treat a shortage, for the buyer to choose."""

    value: str
    label: Any
    hint: Any
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class AskedReference:
    """A reference that orders of a customer must name: `field` is `reference` (its order number) or `buyer_reference`.

    `help` is one sentence that says why; `value` is what the customer usually names.
    """

    field: str
    help: Any
    value: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something on the time line of an order; `documents` are rows of the component `document_row`."""

    at: datetime | date | None
    title: Any
    state: str = "done"
    icon: str | None = None
    body: Any = None
    documents: list[dict[str, Any]] = field(default_factory=list)
    rank: int = 50


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far the delivery of an order is, in words."""

    text: Any
    tone: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A file of a document that can be downloaded."""

    record_id: int
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the portal's navigation; `rank` is its place: home is 0, orders 30. Phones show `short`, if given."""

    rank: int
    url: str
    label: Any
    icon: str
    short: Any = None


@hookspec
def navigation_entries(env: Env) -> list[Entry]:
    """Add to the navigation of the portal.

    When: a page of the portal is shown to a buyer.
    Parameters: `env`, the unit of work of the buyer, reading.
    Return: entries; the first four by `rank` stand in the bar of a phone.
    Order: dependency order, then by `rank`.
    Since: 0.1
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def stock_of(env: Env, product_ids: Sequence[int]) -> Mapping[int, Stock] | None:
    """Tell what can be promised of products.

    When: a page of the portal shows products, or a cart is looked at.
    Parameters: `env`, the unit of work of the buyer, reading; `product_ids`, those that are shown.
    Return: a `Stock` for each product that is kept in stock; None where nothing is.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def shortage_policies(env: Env, customer_id: int) -> Sequence[Policy] | None:
    """Offer what may happen when a cart is short of stock; the chosen value becomes `shortage_policy` of the order.

    When: the cart is shown or ordered.
    Parameters: `env`, the unit of work of the buyer; `customer_id`, the customer.
    Return: the choices, of which one is `chosen`; None where shortages don't exist.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec
def references_asked(env: Env, customer_id: int) -> list[AskedReference]:
    """Name the references without which orders of a customer are not taken.

    When: the cart is shown or ordered.
    Parameters: `env`, the unit of work of the buyer; `customer_id`, the customer.
    Return: what the order form asks for; one with a `value` is filled in already.
    Order: dependency order; of two for the same field the first counts.
    Since: 1.0
    """
    raise NotImplementedError


@hookspec
def order_events(env: Env, order_id: int) -> list[Event]:
    """Add to the time line of an order: its shipments, its invoices.

    When: the page of an order is shown; that the buyer may see it is proven.
    Parameters: `env`, the unit of work of the buyer, reading; `order_id`, the order.
    Return: events in any order; they are sorted by `rank`, then by `at`.
    Order: dependency order.
    Since: 0.1
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def deliveries(env: Env, order_ids: Sequence[int]) -> Mapping[int, Delivery] | None:
    """Tell how far the delivery of orders is.

    When: a list of orders is shown; that the buyer may see them is proven.
    Parameters: `env`, the unit of work of the buyer, reading; `order_ids`, the orders.
    Return: words for those orders of which there is something to say.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec
def document_files(env: Env, model: str, uids: Mapping[int, str]) -> list[DocumentFile]:
    """Offer files of documents where they are mentioned.

    When: a page shows documents of a model; that the buyer may see them is proven.
    Parameters: `env`, the unit of work of the buyer, reading; `model`, as `account.Invoice`; `uids`, the public
        id of each document that is shown by its id.
    Return: the files, each with the document it belongs to.
    Order: dependency order.
    Since: 0.1
    """
    raise NotImplementedError
