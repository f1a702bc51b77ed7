"""What helpdesk answers where there are invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env


@hookimpl(trylast=True)
def demo_data(env: Env, today: date) -> None:
    """Write tickets, once the invoices that they are about are written."""
    from . import demo  # only for demonstrations

    demo.write(env, today)
