"""Deliveries as plain values, read with the buyer's own rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tradewright.i18n import _
from tradewright.orm import bindparam, func, or_, prepared, select
from tradewright_base.models.address import Address
from tradewright_product.models.product import Product
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models.order import Order
from tradewright_stock.models.move import Move
from tradewright_stock.models.shipment import Shipment

from ....hooks import Delivery, Event
from ....services.orders import files_of
from ....services.words import count, filled

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_stock.bridges.sale.extends.shipment import OrderShipment

PAGE = 25
TONES = {"waiting": "warning", "ready": "info", "done": "success"}
STATES = {
    "waiting": _("Waiting for stock"),
    "ready": _("Getting ready"),
    "done": _("Shipped"),
    "cancelled": _("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class Shipments:
    """A page of deliveries as plain values, and how many there are in all."""

    rows: list[dict[str, Any]]
    count: int


def _model(env: Env) -> type[OrderShipment]:
    return cast("type[OrderShipment]", env[Shipment])


def shipment_rows(env: Env, *, words: str = "", offset: int = 0) -> Shipments:
    """Return deliveries to the buyer's company, the newest first; one statement."""
    shipment, order = _model(env), env[Order]
    wanted = []
    if words:
        like = [shipment.number, shipment.tracking, order.number]
        wanted.append(or_(*(column.icontains(words, autoescape=True) for column in like)))
    rows = env.execute(
        select(
            shipment.uid,
            shipment.number,
            shipment.state,
            shipment.scheduled_date,
            shipment.shipped_at,
            shipment.carrier,
            shipment.tracking,
            order.number.label("order_number"),
            func.count().over().label("all"),
        )
        .outerjoin(order, order.id == shipment.order_id)
        .where(*wanted)
        .order_by(shipment.id.desc())
        .limit(PAGE)
        .offset(offset)
    ).all()
    return Shipments([_row(env, row) for row in rows], rows[0].all if rows else 0)


def _row(env: Env, row: Any) -> dict[str, Any]:
    return {
        "href": f"/portal/shipments/{row.uid}",
        "number": row.number or env.t(_("Planned delivery")),
        "order": row.order_number or "",
        "when": when(env, row),
        "carrier": " ".join(part for part in (row.carrier, row.tracking) if part),
        "state": {"label": STATES[row.state], "tone": TONES.get(row.state, "")},
    }


def when(env: Env, row: Any) -> str:
    """Say when a delivery left or is planned to; a plan that cannot be kept says nothing."""
    if row.shipped_at is not None:
        return env.format.date(row.shipped_at)
    planned = _planned(env, row)
    if planned is not None:
        return env.t(_("planned for {date}", date=planned))
    return ""


def shipment_page(env: Env, uid: str) -> dict[str, Any]:
    """Return all that the page of a delivery shows. Raises NotFound for one of somebody else."""
    shipment, order, address = _model(env), env[Order], env[Address]
    row = env.execute(
        select(
            shipment.id,
            shipment.uid,
            shipment.number,
            shipment.state,
            shipment.scheduled_date,
            shipment.shipped_at,
            shipment.carrier,
            shipment.tracking,
            order.number.label("order_number"),
            order.uid.label("order_uid"),
            address.name,
            address.street,
            address.zip,
            address.city,
        )
        .outerjoin(order, order.id == shipment.order_id)
        .outerjoin(address, address.id == shipment.address_id)
        .where(shipment.uid == uid)
    ).first()
    if row is None:
        env.by_uid(Shipment, uid)
        raise AssertionError(uid)
    return {
        **_row(env, row),
        "uid": row.uid,
        "name": row.state,
        "facts": filled(
            [
                (_("Carrier"), row.carrier or ""),
                (_("Tracking number"), row.tracking or ""),
                (_("Delivery to"), ", ".join(part for part in (row.name, row.street, row.zip, row.city) if part)),
            ]
        ),
        "order_href": f"/portal/orders/{row.order_uid}" if row.order_uid else None,
        "steps": _steps(row.state),
        "lines": _lines(env, row.id),
        "files": files_of(env, "stock.Shipment", row.id, row.uid) if row.state == "done" else [],
    }


def _steps(state: str) -> list[dict[str, Any]]:
    names = [("waiting", _("Waiting for stock")), ("ready", _("Getting ready")), ("done", _("Shipped"))]
    if state == "cancelled":
        return [{"label": _("Cancelled"), "state": "problem"}]
    at = [name for name, _label in names].index(state)
    return [
        {"label": label, "state": "done" if place < at or state == "done" else "current" if place == at else "todo"}
        for place, (_name, label) in enumerate(names)
    ]


def _lines(env: Env, shipment_id: int) -> list[dict[str, Any]]:
    move, product, unit = env[Move], cast("Any", env[Product]), cast("Any", env[UnitOfMeasure])
    with env.elevate("the buyer sees this delivery, with articles that were withdrawn since"):
        rows = env.execute(
            select(
                move.id,
                move.quantity,
                move.reserved,
                move.state,
                product.sku,
                product.uid,
                product.name_source,
                product.name_i18n,
                product.active,
                product.sellable,
                unit.code,
                unit.name_source.label("unit"),
                unit.name_i18n.label("units"),
            )
            .join(product, product.id == move.product_id)
            .join(unit, unit.id == product.uom_id)
            .where(move.shipment_id == shipment_id)
            .order_by(move.id)
        ).all()
    return [
        {
            "name": (row.name_i18n or {}).get(env.language) or row.name_source,
            "sku": row.sku,
            "href": f"/portal/products/{row.uid}" if row.active and row.sellable else None,
            "quantity": count(env, row.quantity, row.code, row.unit, row.units),
        }
        for row in rows
        if row.state != "cancelled"
    ]


@prepared
def _of_orders(shipment: Any) -> Any:
    """The deliveries of the order with an id."""
    return (
        select(
            shipment.uid,
            shipment.number,
            shipment.state,
            shipment.scheduled_date,
            shipment.shipped_at,
            shipment.carrier,
            shipment.tracking,
        )
        .where(shipment.order_id == bindparam("order_id"), shipment.state != "cancelled")
        .order_by(shipment.id)
    )


def events(env: Env, order_id: int) -> list[Event]:
    """Return the deliveries of an order for its time line; one statement."""
    model: Any = _model(env)
    rows = env.execute(_of_orders(model), {"order_id": order_id})
    return [_event(env, row) for row in rows]


def _event(env: Env, row: Any) -> Event:
    document = {
        "label": row.number or _("Planned delivery"),
        "href": f"/portal/shipments/{row.uid}",
        "icon": "truck",
        "meta": " ".join(part for part in (row.carrier, row.tracking) if part) or None,
    }
    if row.state == "done":
        return Event(row.shipped_at, STATES["done"], icon="truck", documents=[document], rank=30)
    planned = _planned(env, row)
    if row.state == "ready":
        return Event(planned, STATES["ready"], "current", icon="package", documents=[document], rank=60)
    return Event(planned, STATES["waiting"], "todo", documents=[document], rank=70)


@prepared
def _on_their_way(shipment: Any) -> Any:
    """What is to be said of the deliveries of orders."""
    return (
        select(shipment.order_id, shipment.state, shipment.scheduled_date)
        .where(shipment.order_id.in_(bindparam("order_ids", expanding=True)), shipment.state != "cancelled")
        .order_by(shipment.id)
    )


def delivery_words(env: Env, order_ids: Sequence[int]) -> dict[int, Delivery]:
    """Say how far the deliveries of orders are; one statement."""
    by_order: dict[int, list[Any]] = {}
    for row in env.execute(_on_their_way(_model(env)), {"order_ids": list(order_ids)}):
        by_order.setdefault(row.order_id, []).append(row)
    return {order_id: _words(env, rows) for order_id, rows in by_order.items()}


def _planned(env: Env, row: Any) -> date | None:
    """The day a delivery is planned for; none when it has passed, or is today and goods are still missing."""
    day: date | None = row.scheduled_date
    if day is None or day < env.today or (day == env.today and row.state == "waiting"):
        return None
    return day


def _words(env: Env, rows: Sequence[Any]) -> Delivery:
    done = [row for row in rows if row.state == "done"]
    coming = [row for row in rows if row.state != "done"]
    if not coming:
        return Delivery(_("Shipped"), "success")
    days = [day for row in coming if (day := _planned(env, row)) is not None]
    if days:
        first = min(days)
        return Delivery(_("Rest on {date}", date=first) if done else _("Planned for {date}", date=first), "info")
    if any(row.state == "ready" for row in coming):
        return Delivery(_("Partly shipped, rest getting ready") if done else _("Getting ready"), "info")
    return Delivery(_("Partly shipped, rest waits for stock") if done else _("Waits for stock"), "warning")
