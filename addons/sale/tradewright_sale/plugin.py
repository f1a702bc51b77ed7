"""What sale answers the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env


@hookimpl
def demo_data(env: Env, today: date) -> None:
    """Write orders; where there is stock to ship them from, the stock addon writes them after its opening stock."""
    from . import demo  # only for demonstrations

    if not env.has("stock.Shipment"):
        demo.write(env, today)
