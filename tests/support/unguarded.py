"""Vulnerable twins of the guard: what the safeguards keep apart must mix once they are gone."""

from __future__ import annotations

from typing import Any

import pytest

from tradewright.security.guard import StatementGuard


def without_row_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every actor see all rows of what they may read at all; nothing of it is remembered afterwards."""
    original = StatementGuard.prepared

    def anew(guard: StatementGuard, unit: Any, statement: Any) -> Any:
        monkeypatch.setattr(guard, "_prepared", {})
        return original(guard, unit, statement)

    monkeypatch.setattr(StatementGuard, "_rows", lambda *_: None)
    monkeypatch.setattr(StatementGuard, "prepared", anew)
