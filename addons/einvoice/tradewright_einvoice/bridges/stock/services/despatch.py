"""A shipment as a despatch advice (Peppol T16): what is on its way, in how much of what was ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright_base.models.company import Company
from tradewright_stock.models.move import Move

from ....engine import Identifier
from ....engine.postaward import (
    Consignee,
    DespatchAdvice,
    DespatchedLine,
    DespatchShipment,
    TradeItem,
    write_message,
)
from ....services.lines import GTIN, is_gtin
from ....services.parties import partner_address
from ....services.trading import buyer_party, seller_party
from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_stock.models.shipment import Shipment

KILOGRAM: Final = "KGM"
NOTHING: Final = Decimal(0)


def despatch_document(env: Env, shipment: Shipment) -> bytes:
    """The despatch advice of a shipment that has left. Needs the right to read all that it names.

    Raises UserError for one that has not, and for a receipt or a transfer.
    """
    if shipment.kind != "outgoing" or shipment.state != "done" or shipment.partner is None:
        raise errors.not_shipped(shipment.display_name())
    return write_message(advice(env, shipment))


def advice(env: Env, shipment: Shipment) -> DespatchAdvice:
    """The semantic despatch advice."""
    customer = shipment.partner
    if customer is None:
        raise errors.not_shipped(shipment.display_name())
    moves = [move for move in shipment.moves if move.state == "done"]
    order: Any = getattr(shipment, "order", None)  # there where orders are sold
    left = shipment.shipped_at
    ours = shipment.number or f"{shipment.id}"
    return DespatchAdvice(
        number=ours,
        issue_date=left.date() if left else env.today,
        issue_time=left.time().replace(microsecond=0) if left else None,
        orders=(order.reference or order.number,) if order is not None and (order.reference or order.number) else (),
        supplier=seller_party(env.one(Company, shipment.company_id)),
        customer=buyer_party(customer),
        shipment=DespatchShipment(
            id=ours,
            weight=_weight(moves) or None,
            weight_unit=KILOGRAM if _weight(moves) else None,
            consignment=shipment.tracking or ours if shipment.carrier else None,
            carrier=shipment.carrier,
            tracking=shipment.tracking,
            party=_consignee(shipment),
            despatch_date=left.date() if left else None,
        ),
        lines=tuple(_lines(env, shipment, moves)),
    )


def _weight(moves: Sequence[Move]) -> Decimal:
    return sum((move.quantity * move.product.weight for move in moves), NOTHING)


def _consignee(shipment: Shipment) -> Consignee | None:
    if shipment.address is None or shipment.partner is None:
        return None
    account = shipment.partner.account
    place = partner_address(account, shipment.address, named=False)
    return Consignee(name=shipment.address.name or account.name, address=place if place.country else None)


def _lines(env: Env, shipment: Shipment, moves: Sequence[Move]) -> list[DespatchedLine]:
    language = shipment.partner.account.language if shipment.partner is not None else None
    reason = env.site.catalog(language or env.language).translate(_("Is delivered later."))
    found = []
    for place, move in enumerate(moves, start=1):
        line: Any = getattr(move, "order_line", None)
        rest = max(line.open_quantity, NOTHING) if line is not None else NOTHING
        product = move.product
        barcode = product.barcode if product.barcode and is_gtin(product.barcode) else None
        found.append(
            DespatchedLine(
                id=str(place),
                quantity=move.quantity,
                unit=product.uom.code,
                outstanding=rest or None,
                outstanding_unit=product.uom.code if rest else None,
                outstanding_reasons=(reason,) if rest else (),
                order_line=_number(line) or str(place),
                item=TradeItem(
                    name=line.description if line is not None else product.name,
                    seller_id=product.sku,
                    standard_id=Identifier(barcode, GTIN) if barcode else None,
                ),
            )
        )
    return found


def _number(line: Any) -> str | None:
    """The number of an order's line in the customer's document; its place where there is none."""
    if line is None:
        return None
    given = getattr(line, "buyer_line", None)
    return given or str(next(place for place, one in enumerate(line.order.lines, start=1) if one.id == line.id))


def waiting(env: Env, line_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """What of order lines waits for goods; one statement."""
    move: Any = env[Move]
    rows = env.execute(
        select(move.order_line_id, func.sum(move.quantity - move.reserved))
        .where(move.order_line_id.in_(list(line_ids)), move.state.in_(("waiting", "reserved")))
        .group_by(move.order_line_id)
    )
    return {line_id: quantity for line_id, quantity in rows if quantity and quantity > 0}
