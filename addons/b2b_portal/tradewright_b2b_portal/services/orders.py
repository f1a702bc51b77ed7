"""Orders as their buyer sees them: plain values, read with the buyer's own rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import bindparam, func, or_, prepared, select
from tradewright_base.models.address import Address
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from ..hooks import Event, deliveries, document_files, order_events
from .words import count, filled

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env

PAGE = 25
OPEN_STATES = ("sent", "on_hold", "confirmed")
TONES = {"sent": "info", "on_hold": "warning", "confirmed": "info", "done": "success"}
STATES = {
    "draft": _("Not placed"),
    "sent": _("Quotation"),
    "on_hold": _("On hold"),
    "confirmed": _("Confirmed"),
    "done": _("Completed"),
    "cancelled": _("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class Orders:
    """A page of orders as plain values, and how many there are in all."""

    rows: list[dict[str, Any]]
    count: int


def _all(order: Any, currency: Any, *wanted: ColumnElement[bool]) -> Any:
    """What a list shows of orders, the newest first, and how many there are in all."""
    return (
        select(
            order.id,
            order.uid,
            order.number,
            order.state,
            order.order_date,
            order.reference,
            order.total,
            currency.code,
            func.count().over().label("all"),
        )
        .join(currency, currency.id == order.currency_id)
        .where(*wanted)
        .order_by(order.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


@prepared
def _in_states(order: Any, currency: Any, states: Sequence[str]) -> Any:
    """A page of orders in some states, or of all."""
    return _all(order, currency, *([order.state.in_(states)] if states else []))


def order_rows(
    env: Env, *, states: tuple[str, ...] = (), words: str = "", limit: int = PAGE, offset: int = 0
) -> Orders:
    """Return orders of the buyer's company, the newest first; two statements."""
    order, currency = env[Order], env[Currency]
    if words:
        said = or_(order.number.icontains(words, autoescape=True), order.reference.icontains(words, autoescape=True))
        statement = _all(order, currency, said, *([order.state.in_(states)] if states else []))
    else:
        statement = _in_states(order, currency, states)
    rows = env.execute(statement, {"limit": limit, "offset": offset}).all()
    coming = (env.first(deliveries)(env, [row.id for row in rows]) or {}) if rows else {}
    plain = []
    for row in rows:
        delivery = coming.get(row.id)
        plain.append(
            {
                "id": row.id,
                "uid": row.uid,
                "href": f"/portal/orders/{row.uid}",
                "number": row.number or env.t(_("Order of {date}", date=row.order_date)),
                "state": {"label": STATES[row.state], "tone": TONES.get(row.state, "")},
                "date": env.format.date(row.order_date),
                "reference": row.reference or "",
                "delivery": delivery.text if delivery else None,
                "total": env.format.money(row.total, row.code),
            }
        )
    return Orders(plain, rows[0].all if rows else 0)


@prepared
def _heads(order: Any, currency: Any, contact: Any, address: Any) -> Any:
    """The head of the order with a public id."""
    return (
        select(
            order.id,
            order.uid,
            order.number,
            order.state,
            order.order_date,
            order.requested_date,
            order.reference,
            order.note,
            order.hold_reason,
            order.confirmed_at,
            order.valid_until,
            order.untaxed,
            order.tax_total,
            order.total,
            contact.name.label("contact"),
            address.name.label("site"),
            address.street,
            address.zip,
            address.city,
            currency.code,
        )
        .join(currency, currency.id == order.currency_id)
        .outerjoin(contact, contact.id == order.contact_id)
        .outerjoin(address, address.id == order.delivery_address_id)
        .where(order.uid == bindparam("uid"))
    )


def _row(env: Env, uid: str) -> Any:
    models: tuple[Any, ...] = (env[Order], env[Currency], env[Partner], env[Address])
    row = env.execute(_heads(*models), {"uid": uid}).first()
    if row is None:
        env.by_uid(Order, uid)  # the same refusal as everywhere
        raise AssertionError(uid)
    return row


def order_page(env: Env, uid: str) -> dict[str, Any]:
    """Return all that the page of an order shows. Raises NotFound for an order of somebody else."""
    row = _row(env, uid)
    fmt = env.format
    where = ", ".join(part for part in (row.site, row.street, row.zip, row.city) if part)
    return {
        "id": row.id,
        "uid": row.uid,
        "title": row.number or env.t(_("Order of {date}", date=row.order_date)),
        "state": row.state,
        "badge": {"label": STATES[row.state], "tone": TONES.get(row.state, "")},
        "hold_reason": row.hold_reason,
        "facts": filled(
            [
                (_("Ordered"), fmt.date(row.order_date)),
                (_("Ordered by"), row.contact or ""),
                (_("Your reference"), row.reference or ""),
                (_("Wanted on"), fmt.date(row.requested_date)),
                (_("Delivery to"), where),
                (_("Note"), row.note or ""),
            ]
        ),
        "lines": _lines(env, row.id, row.code),
        "totals": [
            {"label": _("Net"), "value": fmt.money(row.untaxed, row.code)},
            {"label": _("Tax"), "value": fmt.money(row.tax_total, row.code), "quiet": True},
            {"label": _("Total"), "value": fmt.money(row.total, row.code), "strong": True},
        ],
        "events": _events(env, row),
        "files": files_of(env, "sale.Order", row.id, row.uid) if row.state != "draft" else [],
    }


def files_of(env: Env, model: str, record_id: int, uid: str) -> list[dict[str, Any]]:
    """Return the files that addons offer of one document, for the component `downloads`."""
    return [{"label": one.label, "href": one.href} for one in env.hook(document_files)(env, model, {record_id: uid})]


@prepared
def _positions(line: Any, product: Any, unit: Any) -> Any:
    """The lines of the order with an id."""
    return (
        select(
            line.id,
            line.description,
            line.quantity,
            line.delivered,
            line.cancelled,
            line.unit_price,
            line.list_price,
            line.discount,
            line.subtotal,
            product.sku,
            product.uid,
            product.active,
            product.sellable,
            product.kind,
            product.name_source.label("product_name"),
            product.name_i18n.label("product_names"),
            unit.code,
            unit.name_source,
            unit.name_i18n,
        )
        .join(product, product.id == line.product_id)
        .join(unit, unit.id == line.uom_id)
        .where(line.order_id == bindparam("order_id"))
        .order_by(line.position, line.id)
    )


def _lines(env: Env, order_id: int, code: str) -> list[dict[str, Any]]:
    models: tuple[Any, ...] = (env[OrderLine], env[Product], env[UnitOfMeasure])
    fmt = env.format
    with env.elevate("the buyer sees this order, with articles that were withdrawn since"):
        rows = env.execute(_positions(*models), {"order_id": order_id}).all()
    return [
        {
            "href": f"/portal/products/{row.uid}" if row.active and row.sellable else None,
            "cells": {
                "id": row.id,
                "name": {"value": _name(env, row), "under": row.sku},
                "quantity": {
                    "value": count(env, row.quantity, row.code, row.name_source, row.name_i18n),
                    **_progress(env, row),
                },
                "price": fmt.price(row.unit_price * (100 - row.discount) / 100, code),
                "total": fmt.money(row.subtotal, code),
            },
        }
        for row in rows
    ]


def _name(env: Env, row: Any) -> str:
    """The product's name in the reader's language; what somebody wrote on the line stays as it is."""
    names: dict[str, str] = row.product_names or {}
    name: str = row.description
    if name in {row.product_name, *names.values()}:
        name = names.get(env.language) or row.product_name
    return name


def _progress(env: Env, row: Any) -> dict[str, Any]:
    """What stands under the quantity of a line: how much of it is there, in words."""
    fmt = env.format
    wanted = row.quantity - row.cancelled
    if row.cancelled and not wanted:
        return {"under": _("cancelled"), "tone": ""}
    if row.delivered >= wanted > 0 and row.delivered:
        text = _("{quantity} delivered", quantity=fmt.quantity(row.delivered))
        tone = "success"
    elif row.delivered:
        text = _(
            "{done} delivered, {open} open", done=fmt.quantity(row.delivered), open=fmt.quantity(wanted - row.delivered)
        )
        tone = "warning"
    else:
        text = _("{open} open", open=fmt.quantity(wanted))
        tone = ""
    if row.cancelled:
        text = _("{text}, {cancelled} cancelled", text=text, cancelled=fmt.quantity(row.cancelled))
    return {"under": text, "tone": tone}


def _events(env: Env, row: Any) -> list[dict[str, Any]]:
    events = [Event(row.order_date, _("Ordered"), rank=0, icon="shopping-cart")]
    if row.state == "sent":
        events = [Event(row.order_date, _("Quotation"), "current", icon="file-text", rank=0)]
    if row.state == "on_hold":
        events.append(Event(None, _("On hold"), "problem", body=row.hold_reason, rank=10))
    if row.confirmed_at is not None:
        events.append(Event(row.confirmed_at, _("Confirmed"), rank=10))
    events += env.hook(order_events)(env, row.id)
    if row.state == "cancelled":
        events.append(Event(None, _("Cancelled"), "problem", icon="x", rank=90))
    if row.state == "done":
        events.append(Event(None, _("Completed"), rank=90))
    return [shown(env, event) for event in sorted(events, key=_order)]


def _order(event: Event) -> tuple[int, str]:
    return event.rank, event.at.isoformat() if event.at is not None else "9"


def shown(env: Env, event: Event) -> dict[str, Any]:
    """Return an event for the component `timeline`."""
    at = event.at
    when = {} if at is None else {"when": env.format.date(at), "iso": at.isoformat(), "when_title": _full(env, at)}
    given = {"title": event.title, "state": event.state, "body": event.body, "documents": event.documents, **when}
    return {**given, "icon": event.icon} if event.icon else given


def _full(env: Env, at: date) -> str:
    return env.format.datetime(at, "long") if isinstance(at, datetime) else env.format.date(at, "long")


def quantities(env: Env, order_id: int) -> dict[int, Any]:
    """Return what is needed to order the same again: quantities by product."""
    line = env[OrderLine]
    found: dict[int, Any] = {}
    for product_id, quantity in env.execute(select(line.product_id, line.quantity).where(line.order_id == order_id)):
        found[product_id] = found.get(product_id, 0) + quantity
    return found
