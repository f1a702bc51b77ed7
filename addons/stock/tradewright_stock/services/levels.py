"""Locking stock levels: always in one order, so that no two commands wait for each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tradewright.orm import select

from ..models.level import StockLevel

if TYPE_CHECKING:
    from tradewright.orm import Env

Place = tuple[int, int]


def lock_levels(env: Env, places: Iterable[Place], *, create: bool = False) -> dict[Place, StockLevel]:
    """Lock the levels of (product, location) places and return those that exist, as they are now; two statements.

    With `create` missing ones are made with nothing in them.
    """
    wanted = set(places)
    if not wanted:
        return {}
    level = env[StockLevel]
    statement = (
        select(level)
        .where(
            level.product_id.in_({product for product, _location in wanted}),
            level.location_id.in_({location for _product, location in wanted}),
        )
        .order_by(level.id)
        .with_for_update(of=level)
        .execution_options(populate_existing=True)
    )
    found = {(one.product_id, one.location_id): one for one in env.scalars(statement)}
    if create:
        for product_id, location_id in sorted(wanted - found.keys()):
            found[product_id, location_id] = env.add(level(product_id=product_id, location_id=location_id))
    return {place: one for place, one in found.items() if place in wanted}
