"""Availability: what can be promised of products now, and when more comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import func, select

from ..models.level import StockLevel
from ..models.location import Location
from ..models.move import Move
from ..models.shipment import Shipment

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Availability:
    """What there is of a product over all warehouses; `next_date` is when the next receipt is expected."""

    on_hand: Decimal = NOTHING
    reserved: Decimal = NOTHING
    next_date: date | None = None
    next_quantity: Decimal = NOTHING

    @property
    def free(self) -> Decimal:
        """What can be promised now."""
        return self.on_hand - self.reserved


def available(
    env: Env, product_ids: Iterable[int], *, location_id: int | ColumnElement[int] | None = None
) -> dict[int, Availability]:
    """Return the availability of products (in one location, or in all), two statements whatever their number."""
    wanted = set(product_ids)
    if not wanted:
        return {}
    with env.elevate("availability sums up levels and receipts"):
        stock = _levels(env, wanted, location_id)
        coming = _coming(env, wanted)
    return {
        product_id: Availability(*stock.get(product_id, (NOTHING, NOTHING)), *coming.get(product_id, (None, NOTHING)))
        for product_id in wanted
    }


def _levels(
    env: Env, wanted: set[int], location_id: int | ColumnElement[int] | None
) -> dict[int, tuple[Decimal, Decimal]]:
    level = env[StockLevel]
    statement = (
        select(level.product_id, func.sum(level.on_hand), func.sum(level.reserved))
        .where(level.product_id.in_(wanted))
        .group_by(level.product_id)
    )
    if location_id is not None:
        statement = statement.where(level.location_id == location_id)
    return {row[0]: (row[1], row[2]) for row in env.execute(statement)}


def _coming(env: Env, wanted: set[int]) -> dict[int, tuple[date | None, Decimal]]:
    """The first expected receipt of each product."""
    move, shipment, location = env[Move], env[Shipment], env[Location]
    rows = env.execute(
        select(move.product_id, shipment.scheduled_date, func.sum(move.quantity))
        .join(move.shipment)
        .join(location, location.id == move.destination_id)
        .where(
            move.product_id.in_(wanted),
            move.state.in_(("waiting", "reserved")),
            shipment.kind == "incoming",
            shipment.scheduled_date.is_not(None),
            location.kind == "internal",
        )
        .group_by(move.product_id, shipment.scheduled_date)
        .order_by(shipment.scheduled_date)
    )
    found: dict[int, tuple[date | None, Decimal]] = {}
    for product_id, day, quantity in rows:
        found.setdefault(product_id, (day, quantity))
    return found
