"""Fulfilling orders from stock: reserving at confirmation, by the policy for shortages, and noting deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import select
from tradewright_sale.models.order import Order

from .... import errors
from ....models.location import Location, Warehouse
from ....models.move import Move
from ....models.shipment import Shipment
from ....services.levels import lock_levels

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_sale.models.order_line import OrderLine

    from ....models.level import StockLevel
    from ..extends.order import StockOrder
    from ..extends.shipment import OrderMove, OrderShipment


@dataclass(slots=True)
class _Plan:
    """What one order gets: of each line what is reserved now and what has to wait."""

    order: StockOrder
    warehouse: Warehouse
    taken: list[tuple[OrderLine, Decimal]] = field(default_factory=list)
    short: list[tuple[OrderLine, Decimal]] = field(default_factory=list)


def plan(env: Env, orders: Sequence[StockOrder]) -> None:
    """Reserve what is there for confirmed orders and make their shipments; a constant number of statements.

    `backorder` makes a ready shipment of what is there and a waiting one of the rest, `ship_complete` one that waits
    until all is there. `cancel_rest` cancels what is short on the lines; if nothing at all is there the whole order
    waits as a backorder, because an empty order is no use to anybody.
    """
    wanting = [order for order in orders if any(line.requires_delivery() for line in order.lines)]
    if not wanting:
        return
    warehouses, customers = _places(env)
    plans = [_Plan(order, order.warehouse or _default(warehouses, order)) for order in wanting]
    lines = [
        (one, line) for one in plans for line in one.order.lines if line.requires_delivery() and line.open_quantity > 0
    ]
    levels = lock_levels(env, {(line.product_id, one.warehouse.location_id) for one, line in lines})
    for one, line in lines:
        taken = _take(levels.get((line.product_id, one.warehouse.location_id)), line.open_quantity)
        if taken:
            one.taken.append((line, taken))
        if taken < line.open_quantity:
            one.short.append((line, line.open_quantity - taken))
    for one in plans:
        _ship(env, one, customers)


def _places(env: Env) -> tuple[list[Warehouse], Location]:
    """The active warehouses in their order, and the place at customers; one statement."""
    warehouse, location = env[Warehouse], env[Location]
    rows = env.execute(
        select(warehouse, location)
        .join(location, location.kind == "customer")
        .where(warehouse.active.is_(True), location.active.is_(True))
        .order_by(warehouse.position, warehouse.id, location.id)
    ).all()
    if not rows:
        raise errors.no_warehouse()
    return list(dict.fromkeys(row[0] for row in rows)), rows[0][1]


def _default(warehouses: Sequence[Warehouse], order: StockOrder) -> Warehouse:
    for warehouse in warehouses:
        if warehouse.company_id == order.company_id:
            return warehouse
    raise errors.no_warehouse()


def _take(level: StockLevel | None, wanted: Decimal) -> Decimal:
    if level is None:
        return Decimal(0)
    taken = min(wanted, max(level.free, Decimal(0)))
    if taken:
        level.reserved += taken
    return taken


def _ship(env: Env, one: _Plan, customers: Location) -> None:
    order = one.order
    policy = order.policy
    if policy == "cancel_rest" and one.taken:
        for line, quantity in one.short:
            line.cancelled += quantity
        one.short = []
    if policy == "ship_complete" and one.short:
        _shipment(env, one, customers, one.taken, one.short, whole=True)
        return
    if one.taken:
        _shipment(env, one, customers, one.taken, [], whole=False)
    if one.short:
        _shipment(env, one, customers, [], one.short, whole=False)


def _shipment(
    env: Env,
    one: _Plan,
    customers: Location,
    taken: Sequence[tuple[OrderLine, Decimal]],
    short: Sequence[tuple[OrderLine, Decimal]],
    *,
    whole: bool,
) -> None:
    order = one.order
    reserved = {id(line): quantity for line, quantity in taken}
    needed: dict[int, tuple[OrderLine, Decimal]] = {id(line): (line, quantity) for line, quantity in taken}
    for line, quantity in short:
        needed[id(line)] = (line, quantity + reserved.get(id(line), Decimal(0)))
    shipment = cast(
        "OrderShipment",
        env[Shipment](
            kind="outgoing",
            state="waiting" if short else "ready",
            partner=order.customer,
            address=order.delivery_address,
            warehouse=one.warehouse,
            scheduled_date=order.requested_date or env.today,
            reference=order.reference,
            whole=whole,
            order=order,
            company_id=order.company_id,
        ),
    )
    shipment.moves = [
        _move(env, line, quantity, reserved.get(key, Decimal(0)), warehouse=one.warehouse, customers=customers)
        for key, (line, quantity) in needed.items()
    ]
    env.add(shipment)
    env.number("stock.shipment.outgoing", shipment)


def _move(
    env: Env, line: OrderLine, quantity: Decimal, reserved: Decimal, *, warehouse: Warehouse, customers: Location
) -> OrderMove:
    return cast(
        "OrderMove",
        env[Move](
            product_id=line.product_id,
            source_id=warehouse.location_id,
            destination_id=customers.id,
            quantity=quantity,
            reserved=reserved,
            state="reserved" if reserved == quantity else "waiting",
            order_line=line,
        ),
    )


def note_delivered(env: Env, shipments: Sequence[OrderShipment], moves: Sequence[OrderMove]) -> None:
    """Add what was shipped to the orders' lines; orders with nothing left open are done."""
    locked = env.lock(Order, {shipment.order_id for shipment in shipments if shipment.order_id is not None})
    orders = cast("list[StockOrder]", locked)
    lines = {line.id: line for order in orders for line in order.lines}
    for move in moves:
        line = lines.get(move.order_line_id or 0)
        if line is not None:
            line.delivered += move.quantity
    for order in orders:
        if order.state == "confirmed" and all(
            line.open_quantity == 0 or not line.requires_delivery() for line in order.lines
        ):
            order.state = "done"


def drop_rests(
    env: Env, rests: Mapping[int, Sequence[tuple[Move, Decimal]]]
) -> dict[int, Sequence[tuple[Move, Decimal]]]:
    """Cancel what is left of shipments whose order wants no rest; return the others."""
    kept: dict[int, Sequence[tuple[Move, Decimal]]] = {}
    for shipment_id, moves in rests.items():
        shipment = cast("OrderShipment", moves[0][0].shipment)
        order = cast("StockOrder | None", shipment.order)
        if order is None or order.policy != "cancel_rest":
            kept[shipment_id] = moves
            continue
        for move, left in moves:
            line = cast("OrderMove", move).order_line
            if line is not None:
                line.cancelled += left
        _cancel_unshipped(env, [move for move, _left in moves if move.state != "done"])
    return kept


def _cancel_unshipped(env: Env, moves: Sequence[Move]) -> None:
    from ....services.reservation import release

    release(env, moves)
    for move in moves:
        move.state = "cancelled"
