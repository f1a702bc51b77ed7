"""The demonstration's stock: two warehouses, an opening count, some products short, and receipts on their way."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product

from .models.adjustment import Adjustment, AdjustmentLine
from .models.location import Location, Warehouse
from .models.move import Move
from .models.shipment import Shipment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

SHORT = 9
"""Every ninth product is scarce, every twenty-third is out of stock."""
OUT = 23


def write(env: Env, today: date) -> None:
    """Name the warehouses, count the opening stock and announce receipts."""
    main = env.scalars(select(env[Warehouse]).order_by(env[Warehouse].id).limit(1)).one()
    main.name, main.code = "Hamburg", "HAM"
    main.location.name = "Hamburg"
    south = env[Warehouse](
        name="München", code="MUC", position=20, location=env[Location](name="München", code="MUC/STOCK")
    )
    env.add(south)
    env.flush()
    product = env[Product]
    goods = env.all(select(product).where(product.kind == "goods", product.active.is_(True)).order_by(product.id))
    if not goods:
        return
    moment = datetime.combine(today - timedelta(days=95), time(7, 0), tzinfo=UTC)
    with env.at(moment):
        counts = [_count(env, main, goods, 1), _count(env, south, goods[::4], 3)]
        env.add_all(counts)
        env.flush()
        env[Adjustment].post(env, counts)
    _receipts(env, main, goods, today)


def _count(env: Env, warehouse: Warehouse, goods: Sequence[Product], part: int) -> Adjustment:
    lines = []
    for place, one in enumerate(goods):
        packs = 0 if place % OUT == OUT - 1 else 3 if place % SHORT == SHORT - 1 else 24 + place * 37 % 160
        counted = one.pack_size * Decimal(packs) // part
        if counted > 0:
            lines.append(env[AdjustmentLine](product=one, counted=counted))
    return env[Adjustment](location=warehouse.location, reason="Opening stock", lines=lines)


def _receipts(env: Env, warehouse: Warehouse, goods: Sequence[Product], today: date) -> None:
    """Announce what suppliers deliver of the products that are short."""
    supplier = env.scalar(select(env[Partner]).where(env[Partner].is_supplier.is_(True)).limit(1))
    source = env.scalars(select(env[Location]).where(env[Location].kind == "supplier").limit(1)).one()
    short = [one for place, one in enumerate(goods) if place % SHORT == SHORT - 1 or place % OUT == OUT - 1]
    for number, part in enumerate((short[::3], short[1::3])):
        receipt = env[Shipment](
            kind="incoming",
            state="ready",
            partner=supplier,
            warehouse=warehouse,
            scheduled_date=today + timedelta(days=4 + 7 * number),
            reference=f"Supply {2040 + number}",
            moves=[
                env[Move](
                    product_id=one.id,
                    source_id=source.id,
                    destination_id=warehouse.location_id,
                    quantity=one.pack_size * 60,
                )
                for one in part
            ],
        )
        env.add(receipt)
        env.number("stock.shipment.incoming", receipt)
