"""What the names of states mean to a reader's eye, the same for every document."""

TONES: dict[str, tuple[str, ...]] = {
    "success": ("done", "confirmed", "posted", "paid", "shipped", "solved", "active", "checked", "accepted"),
    "warning": ("on_hold", "held", "waiting", "partial", "overdue", "blocked", "pending", "duplicate"),
    "danger": ("failed", "dead", "rejected", "error", "disputed", "unreadable"),
    "info": ("open", "new", "reserved", "running", "queued", "sent", "ready"),
}
"""Tone to the names of states that have it; any other name is neutral."""

_BY_NAME = {name: tone for tone, names in TONES.items() for name in names}


def tone_of(state: str) -> str:
    """Return the tone of a state by its name: success, warning, danger, info or "" (neutral)."""
    return _BY_NAME.get(state, "")
