"""What product answers the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env


@hookimpl
def demo_data(env: Env, today: date) -> None:
    """Write the wholesaler's assortment and prices."""
    from . import demo  # only for demonstrations

    demo.write(env, today)
