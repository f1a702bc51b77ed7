"""What a new site starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import select

from ..models.location import Location, Warehouse

if TYPE_CHECKING:
    from tradewright.orm import Env


def first_warehouse(env: Env) -> None:
    """Make the first warehouse of the company where it has none."""
    if env.scalar(select(env[Warehouse].id).limit(1)) is not None:
        return
    place = env.scalar(
        select(env[Location]).where(env[Location].kind == "internal").order_by(env[Location].id).limit(1)
    )
    if place is not None:
        env.add(env[Warehouse](name="Main warehouse", code="MAIN", location=place))
