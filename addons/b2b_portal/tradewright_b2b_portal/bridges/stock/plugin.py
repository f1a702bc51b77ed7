"""What the warehouse answers the portal, and what the portal tells of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from tradewright.hooks import hookimpl
from tradewright.i18n import _
from tradewright.orm import false, select
from tradewright_base.models.partner import Partner
from tradewright_stock.bridges.sale.extends.partner import POLICIES
from tradewright_stock.models.location import Warehouse
from tradewright_stock.services.availability import available

from ...hooks import Delivery, Entry, Event, Policy, Stock
from . import jobs
from .services import shipments as deliveries_of

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env
    from tradewright_stock.bridges.sale.extends.partner import SuppliedPartner
    from tradewright_stock.models.shipment import Shipment

HINTS = {
    "backorder": _("You get the rest as soon as it is here."),
    "ship_complete": _("Nothing leaves before everything is here."),
    "cancel_rest": _("You are not charged for what is missing."),
}


@hookimpl
def stock_of(env: Env, product_ids: Sequence[int]) -> Mapping[int, Stock]:
    """What is there and not reserved where orders of the portal are served from, and what comes next."""
    found = available(env, product_ids, location_id=_serving(env))
    return {number: Stock(one.free, one.next_date, one.next_quantity) for number, one in found.items()}


def _serving(env: Env) -> ColumnElement[int]:
    """The place of the company's first warehouse, as fulfilment chooses it: what lies elsewhere is not reserved."""
    warehouse = env[Warehouse]
    own = warehouse.company_id == env.company.id if env.company is not None else false()
    return (
        select(warehouse.location_id)
        .where(warehouse.active.is_(True), own)
        .order_by(warehouse.position, warehouse.id)
        .limit(1)
        .scalar_subquery()
    )


@hookimpl
def shortage_policies(env: Env, customer_id: int) -> Sequence[Policy]:
    """The policies of the warehouse; the customer's own is chosen, else a backorder."""
    partner = cast("type[SuppliedPartner]", env[Partner])
    with env.elevate("what the customer wants when stock is short"):
        own = env.scalar(select(partner.shortage_policy).where(partner.id == customer_id)) or "backorder"
    return tuple(Policy(value, label, HINTS[value], value == own) for value, label in POLICIES)


@hookimpl
def order_events(env: Env, order_id: int) -> list[Event]:
    """The deliveries of an order."""
    return deliveries_of.events(env, order_id)


@hookimpl
def deliveries(env: Env, order_ids: Sequence[int]) -> Mapping[int, Delivery]:
    """How far the deliveries of orders are."""
    return deliveries_of.delivery_words(env, order_ids)


@hookimpl
def shipments_done(env: Env, shipments: Sequence[Shipment]) -> None:
    """Tell the buyers what is on its way."""
    leaving = [shipment.id for shipment in shipments if shipment.kind == "outgoing"]
    if leaving:
        env.defer(jobs.tell_shipped, shipment_ids=leaving)


@hookimpl
def navigation_entries(env: Env) -> list[Entry]:  # noqa: ARG001  # the same for every buyer
    """Lead to the deliveries."""
    return [Entry(40, "/portal/shipments", _("Deliveries"), "truck")]
