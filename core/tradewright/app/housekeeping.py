"""What the door leaves behind: sessions that are over, kept answers and counters, swept every hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.jobs import schedule
from tradewright.security.sessions import sweep

if TYPE_CHECKING:
    from tradewright.orm import Env


@schedule("43 * * * *")
def sweep_sessions(env: Env) -> None:
    """Delete the sessions, answers and counters that nothing will ask for again."""
    sweep(env)
