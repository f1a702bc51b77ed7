"""What stock answers the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import HomeCard, hookimpl
from tradewright.i18n import _

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


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show what waits in the warehouse."""
    return [
        HomeCard("stock.shipment_list", "ready outgoing", _("Shipments ready"), "info", "truck", sequence=30),
        HomeCard(
            "stock.shipment_list",
            "waiting outgoing",
            _("Shipments waiting for stock"),
            "warning",
            "hourglass",
            sequence=35,
        ),
    ]
