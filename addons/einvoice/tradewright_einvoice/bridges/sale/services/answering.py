"""The answer to an order as an order response (Peppol T76): accepted, accepted with changes, or rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from tradewright.base.numbers import round_half_up

from ....engine import EngineError, Identifier
from ....engine.postaward import (
    AnsweredLine,
    LineAnswer,
    Order,
    OrderAnswer,
    OrderResponse,
    TradeItem,
    TradePrice,
    read_message,
    write_message,
)
from ....hooks import waiting_quantities
from ....services.lines import is_gtin
from ....services.trading import buyer_party, seller_party
from .. import errors
from .taking import expected

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.models.product import Product

    from ....engine.postaward import OrderedLine
    from ..extends.order import ReceivedOrder, ReceivedOrderLine

PRICE_DIGITS: Final = 6
GTIN: Final = "0160"
NONE: Final = Decimal(0)


def order_response(env: Env, order: ReceivedOrder) -> bytes:
    """The answer to an order as it stands now. Needs the right to read all that it names.

    Raises UserError for a quotation that is still being written.
    """
    if order.state == "draft":
        raise errors.not_answered(order.display_name())
    return write_message(answer(env, order))


def answer(env: Env, order: ReceivedOrder) -> OrderResponse:
    """The semantic answer. One that is not decided, a quotation or an order on hold, acknowledges the receipt."""
    asked = original(env, order)
    lines = _lines(env, order, asked) if order.state in {"confirmed", "done"} else []
    changed = any(line.status != LineAnswer.ACCEPTED for line in lines)
    word = OrderAnswer.CHANGED if changed else OrderAnswer.ACCEPTED
    if order.state == "cancelled" or (lines and all(line.status == LineAnswer.REJECTED for line in lines)):
        word = OrderAnswer.REJECTED
    elif order.state in {"sent", "on_hold"}:
        word = OrderAnswer.ACKNOWLEDGED
    ours = order.number or f"{order.id}"
    buyer = asked.buyer if asked is not None and asked.buyer.endpoint is not None else buyer_party(order.customer)
    return OrderResponse(
        number=f"{ours}-{order.revision}-{word}",
        sales_order=order.number,
        issue_date=env.today,
        answer=word,
        currency=order.currency.code,
        buyer_reference=order.buyer_reference,
        order=order.reference or ours,
        seller=seller_party(order.company),
        buyer=buyer,
        lines=tuple(lines) if word == OrderAnswer.CHANGED else (),
    )


def original(env: Env, order: ReceivedOrder) -> Order | None:
    """The document that an order was read from."""
    if order.buyer_document is None:
        return None
    try:
        message = read_message(env.site.files.read(order.buyer_document.sha256))
    except EngineError:
        return None
    return message if isinstance(message, Order) else None


def _lines(env: Env, order: ReceivedOrder, asked: Order | None) -> list[AnsweredLine]:
    ours = cast("Sequence[ReceivedOrderLine]", order.lines)
    waiting = env.first(waiting_quantities)(env, [line.id for line in ours]) or {}
    answered = {line.buyer_line: line for line in ours if line.buyer_line}
    wanted = {line.id[:80]: line for line in asked.lines} if asked is not None else {}
    found = [
        _ours(place, line, wanted.get(line.buyer_line or ""), waiting, known=asked is not None)
        for place, line in enumerate(ours, start=1)
    ]
    found += [_refused(line) for key, line in wanted.items() if key not in answered]
    return [replace(line, id=str(place)) for place, line in enumerate(found, start=1)]


def _ours(
    place: int, line: ReceivedOrderLine, wanted: OrderedLine | None, waiting: Mapping[int, Decimal], *, known: bool
) -> AnsweredLine:
    """The answer to one line of ours."""
    offered = line.quantity - line.cancelled
    later = min(waiting.get(line.id, NONE), offered)
    theirs = expected(wanted) if wanted is not None else None
    same = wanted is None or (
        wanted.quantity == offered and (theirs is None or line.order.currency.round(theirs) == line.subtotal)
    )
    if not offered:
        status = LineAnswer.REJECTED
    elif known and wanted is None:
        status = LineAnswer.ADDED
    else:
        status = LineAnswer.ACCEPTED if same and not later and not line.cancelled else LineAnswer.CHANGED
    price = round_half_up(line.unit_price * (100 - line.discount) / 100, PRICE_DIGITS)
    return AnsweredLine(
        id=str(place),
        status=status,
        quantity=offered - later if offered else None,
        unit=line.uom.code if offered else None,
        backorder=later or None,
        price=TradePrice(net=price) if status in {LineAnswer.CHANGED, LineAnswer.ADDED} else None,
        item=item_of(line.product, line.description),
        order_line=line.buyer_line or str(place),
    )


def _refused(wanted: OrderedLine) -> AnsweredLine:
    """The answer to a line that is not delivered at all."""
    item = TradeItem(
        name=wanted.item.name,
        seller_id=wanted.item.seller_id,
        buyer_id=wanted.item.buyer_id,
        standard_id=wanted.item.standard_id,
    )
    return AnsweredLine(id=wanted.id, status=LineAnswer.REJECTED, item=item, order_line=wanted.id)


def item_of(product: Product, description: str) -> TradeItem:
    """A product in a message."""
    barcode = product.barcode if product.barcode and is_gtin(product.barcode) else None
    return TradeItem(
        name=description, seller_id=product.sku, standard_id=Identifier(barcode, GTIN) if barcode else None
    )
