"""What buyers are told about deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tradewright.i18n import _
from tradewright.jobs import job
from tradewright.orm import select
from tradewright_base.models.partner import Partner
from tradewright_sale.models.order import Order
from tradewright_stock.models.shipment import Shipment

from ...services.notices import Fact, Notice, tell

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_stock.bridges.sale.extends.shipment import OrderShipment


@job()
def tell_shipped(env: Env, shipment_ids: list[int]) -> None:
    """Tell buyers that goods have left."""
    with env.elevate("tell buyers about their deliveries"):
        shipment, order, partner = cast("type[OrderShipment]", env[Shipment]), env[Order], env[Partner]
        rows = env.execute(
            select(
                shipment.id,
                shipment.uid,
                shipment.number,
                shipment.shipped_at,
                shipment.carrier,
                shipment.tracking,
                order.number.label("order_number"),
                order.reference,
                partner.id.label("customer_id"),
                partner.parent_id,
            )
            .join(partner, partner.id == shipment.partner_id)
            .outerjoin(order, order.id == shipment.order_id)
            .where(shipment.id.in_(shipment_ids), shipment.state == "done", shipment.kind == "outgoing")
            .order_by(shipment.id)
        ).all()
        tell(env, [_notice(row) for row in rows])


def _notice(known: Any) -> Notice:
    facts = [Fact(_("Order"), known.order_number)] if known.order_number else []
    if known.reference:
        facts.append(Fact(_("Your reference"), known.reference))
    if known.carrier:
        facts.append(Fact(_("Carrier"), known.carrier))
    if known.tracking:
        facts.append(Fact(_("Tracking number"), known.tracking))
    return Notice(
        customer_id=known.parent_id or known.customer_id,
        kind="shipment_done",
        key=str(known.id),
        title=_("Delivery {number} is on its way", number=known.number),
        body=_("For order {order}.", order=known.order_number)
        if known.order_number
        else _("It has left our warehouse."),
        endpoint="b2b_portal.show_shipment",
        values={"uid": known.uid},
        action=_("Look at the delivery"),
        facts=facts,
    )
