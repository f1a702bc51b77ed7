"""An electronic order becomes a quotation: articles are found, prices are ours, and what differs is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from tradewright.i18n import Text, _
from tradewright.orm import select
from tradewright_base.models.address import Address
from tradewright_base.models.partner import Partner
from tradewright_base.services.files import attach
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models import order as orders
from tradewright_sale.services.place import Item, OrderRequest, create_order

from ....engine import EngineError, check
from ....engine.postaward import Order, read_message
from ....services import endpoints
from .. import errors
from .finding import articles_of, customer_of, is_same_unit, named

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_product.models.product import Product

    from ....engine.postaward import OrderedLine
    from ..extends.order import ReceivedOrder, ReceivedOrderLine

MOST_LINES: Final = 2_000
MOST_NUMBER: Final = 80
MOST_NOTE: Final = 4_000
MOST_TOLD: Final = 8_000
RULES: Final = "peppol-t01"
XML_TYPE: Final = "application/xml"


@dataclass(frozen=True, slots=True)
class Taken:
    """The quotation that a document became, and where it is not what the document says."""

    order: ReceivedOrder
    differences: list[Text]
    #: What is wrong with the document, but not with what is ordered.
    remarks: list[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who hands in a document: a buyer for its own company, or somebody of ours, who is told whose it is."""

    customer: Partner | None = None
    contact: Partner | None = None
    channel: str = "office"


@dataclass(slots=True)
class _Sheet:
    """What a document comes to while it is read."""

    wanted: list[tuple[OrderedLine, Product, Decimal]] = field(default_factory=list)
    #: Lines whose quantity is another one than in the document.
    adjusted: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    told: list[Text] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)


def take_order(env: Env, document: bytes, filename: str, sender: Sender) -> Taken:
    """Make a quotation of an order in UBL (Peppol T01). Needs a unit of work that may write as the system.

    Raises UserError for a file that is no order, for a buyer who is no customer, or not the sender's company, for an
    order of which no article is known, and for one that was received before.
    """
    message = _read(document)
    customer = _customer(env, message, sender)
    env.lock(Partner, [customer.id])  # two uploads of one order at a time: the second finds the first
    _refuse_twice(env, message, customer)
    sheet = _Sheet()
    _judge(env, document, message, sheet)
    _lines(env, customer, message.lines, sheet)
    if not sheet.wanted:
        raise errors.nothing_known(", ".join(sheet.unknown)[:300] or "-")
    period = message.delivery.period if message.delivery else None
    order = cast(
        "ReceivedOrder",
        create_order(
            env,
            OrderRequest(
                customer=customer,
                contact=sender.contact,
                items=[Item(product.id, quantity) for _line, product, quantity in sheet.wanted],
                reference=message.number,
                buyer_reference=(message.buyer_reference or "")[:MOST_NUMBER] or None,
                requested_date=_coming(env, (period.end or period.start) if period else None),
                delivery_address=_address(env, customer, message, sheet),
                note=(message.note or "")[:MOST_NOTE] or None,
                channel=sender.channel,
            ),
        ),
    )
    _compare(order, message, sheet)
    order.buyer_document = attach(env, filename, XML_TYPE, document, order)
    order.differences = _written(env, [*sheet.told, *sheet.remarks])
    env.flush()
    return Taken(order, sheet.told, sheet.remarks)


def _read(document: bytes) -> Order:
    try:
        message = read_message(document)
    except EngineError as error:
        raise errors.unreadable(error.message) from None
    if not isinstance(message, Order):
        raise errors.no_order()
    if not message.number.strip() or len(message.number) > MOST_NUMBER:
        raise errors.no_number()
    if len(message.lines) > MOST_LINES:
        raise errors.too_long(MOST_LINES)
    return message


def _customer(env: Env, message: Order, sender: Sender) -> Partner:
    found = customer_of(env, message.buyer)
    if sender.customer is not None:
        own = sender.customer.account
        if found is not None and found.id != own.id:
            raise errors.somebody_else()
        return own
    if found is None:
        raise errors.unknown_buyer((message.buyer.name or "?")[:100])
    return found


def _refuse_twice(env: Env, message: Order, customer: Partner) -> None:
    order = env[orders.Order]
    known = env.scalars(
        select(order)
        .where(order.customer_id == customer.id, order.reference == message.number, order.state != "cancelled")
        .limit(1)
    ).first()
    if known is not None:
        raise errors.ordered_already(message.number, known.display_name())


def _judge(env: Env, document: bytes, message: Order, sheet: _Sheet) -> None:
    """Tell of broken rules and of an order that is meant for somebody else."""
    broken = sorted({finding.rule for finding in check(document, RULES) if finding.severity == "fatal"})
    if broken:
        sheet.remarks.append(_("The document breaks rules of Peppol: {rules}.", rules=", ".join(broken[:8])))
    own = endpoints.of_company(env.company) if env.company is not None else None
    theirs = message.seller.endpoint
    if own is not None and theirs is not None and (own.scheme, own.value) != (theirs.scheme, theirs.value):
        sheet.told.append(
            _("It is addressed to {name} ({address}).", name=message.seller.name or "", address=theirs.value)
        )


def _coming(env: Env, day: date | None) -> date | None:
    """A wanted day that is not over."""
    return day if day is not None and day >= env.today else None


def _lines(env: Env, customer: Partner, lines: Sequence[OrderedLine], sheet: _Sheet) -> None:
    articles = articles_of(env, customer, lines)
    unit = env[UnitOfMeasure]
    codes = {line.unit for line in lines}
    units = {one.code: one for one in env.all(select(unit).where(unit.code.in_(codes)))}
    for line in lines:
        product = articles.of(line.item)
        words: dict[str, Any] = {"line": line.id[:40], "article": named(line.item)}
        if product is None:
            sheet.unknown.append(named(line.item))
            sheet.told.append(_("Line {line}: the article {article} is unknown and was left out.", **words))
        elif not (product.active and product.sellable):
            sheet.unknown.append(named(line.item))
            sheet.told.append(_("Line {line}: the article {article} is no longer sold and was left out.", **words))
        elif line.quantity <= 0:
            sheet.told.append(_("Line {line}: the quantity of {article} is not above 0; it was left out.", **words))
        else:
            _line(line, product, units.get(line.unit), sheet)


def _line(line: OrderedLine, product: Product, unit: UnitOfMeasure | None, sheet: _Sheet) -> None:
    """One line of a known product: its quantity in the product's unit, in whole packs."""
    words: dict[str, Any] = {"line": line.id[:40], "article": product.sku, "unit": line.unit, "ours": product.uom.name}
    quantity = line.quantity
    if not is_same_unit(line.unit, product.uom):
        if unit is None or unit.category != product.uom.category or unit.category == "package":
            sheet.told.append(_("Line {line}: {article} is sold by {ours}, not by {unit}; it was left out.", **words))
            sheet.unknown.append(product.sku)
            return
        quantity = unit.convert(quantity, product.uom)
    least = max(quantity, product.smallest_quantity)
    packed = (least / product.pack_size).to_integral_value(ROUND_CEILING) * product.pack_size
    if packed != line.quantity:
        sheet.adjusted.add(line.id)
        sheet.told.append(
            _(
                "Line {line}: {theirs} {unit} of {article} were taken as {quantity} {ours}.",
                theirs=f"{line.quantity.normalize():f}",
                quantity=f"{packed.normalize():f}",
                **words,
            )
        )
    sheet.wanted.append((line, product, packed))


def _address(env: Env, customer: Partner, message: Order, sheet: _Sheet) -> Address | None:
    """The delivery address of the customer that the document names; one that is unknown is told, not made."""
    place = message.delivery.place if message.delivery else None
    wanted = place.address if place else None
    if wanted is None or not wanted.line_1 or not wanted.post_code:
        return None
    street = wanted.line_1.casefold()
    if (customer.zip, (customer.street or "").casefold()) == (wanted.post_code, street):
        return None
    address = env[Address]
    for one in env.all(
        select(address).where(
            address.partner_id == customer.id, address.active.is_(True), address.zip == wanted.post_code
        )
    ):
        if (one.street or "").casefold() == street:
            return one
    where = ", ".join(part for part in (wanted.line_1, wanted.post_code, wanted.city) if part)[:200]
    sheet.told.append(_("The delivery address is unknown: {address}.", address=where))
    return None


def _compare(order: ReceivedOrder, message: Order, sheet: _Sheet) -> None:
    """Note whose line is whose, and tell where our amounts are others than the document's."""
    code = order.currency.code
    if message.currency != code:
        sheet.told.append(_("The order is in {theirs}; our prices are in {ours}.", theirs=message.currency, ours=code))
    for line, (wanted, product, _quantity) in zip(order.lines, sheet.wanted, strict=True):
        cast("ReceivedOrderLine", line).buyer_line = wanted.id[:MOST_NUMBER]
        theirs = expected(wanted)
        if message.currency != code or wanted.id in sheet.adjusted or theirs is None:
            continue
        if order.currency.round(theirs) != line.subtotal:
            sheet.told.append(
                _(
                    "Line {line}: {article} comes to {ours} {currency}, not to {theirs}.",
                    line=wanted.id[:40],
                    article=product.sku,
                    ours=f"{line.subtotal:.2f}",
                    theirs=f"{theirs:.2f}",
                    currency=code,
                )
            )


def expected(line: OrderedLine) -> Decimal | None:
    """The net amount that a document expects for a line; None where it names neither amount nor price."""
    if line.net is not None:
        return line.net
    if line.price is None:
        return None
    amount = line.quantity * line.price.net / (line.price.base_quantity or Decimal(1))
    return (
        amount
        + sum((one.amount for one in line.charges), Decimal(0))
        - sum((one.amount for one in line.allowances), Decimal(0))
    )


def _written(env: Env, told: Sequence[Text]) -> str | None:
    """The differences for our own people, in the company's language."""
    catalog = env.site.catalog((env.company.language if env.company is not None else None) or env.language)
    return "\n".join(catalog.translate(text) for text in told)[:MOST_TOLD] or None
