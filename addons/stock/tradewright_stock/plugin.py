"""What stock answers the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from .services.start import first_warehouse

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env


@hookimpl
def site_installed(env: Env, addons: Sequence[str]) -> None:
    """Give the company a first warehouse, so that goods have somewhere to be."""
    if "stock" in addons:
        first_warehouse(env)


@hookimpl
def demo_data(env: Env, today: date) -> None:
    """Write warehouses, opening stock and expected receipts."""
    from . import demo  # only for demonstrations

    demo.write(env, today)
