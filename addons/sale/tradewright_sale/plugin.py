"""What sale answers the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import HomeCard, hookimpl
from tradewright.i18n import _

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env


@hookimpl
def demo_data(env: Env, today: date) -> None:
    """Write orders; where there is stock to ship them from, the stock addon writes them after its opening stock."""
    from . import demo  # only for demonstrations

    if not env.has("stock.Shipment"):
        demo.write(env, today)


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show what waits for a salesperson."""
    return [
        HomeCard("sale.order_list", "on_hold", _("Orders on hold"), "warning", "hand", "total", sequence=10),
        HomeCard("sale.order_list", "quotations", _("Open quotations"), "", "file-pen", "total", sequence=20),
    ]
