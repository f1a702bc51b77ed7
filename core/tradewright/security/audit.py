"""The audit trail: an append-only record of who changed what when, under which authority."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, frozen, index, json, text


class AuditEntry(Model, label=_("Audit entry"), plural=_("Audit trail"), order_by="-id", audit="none", plays="audit"):
    """One change of one record (or one bulk change), written in the transaction that made it."""

    at: Mapped[datetime] = field(label=_("When"), readonly=True)
    user_id: Mapped[int | None] = field(label=_("User"), readonly=True)
    user_name: Mapped[str] = text(label=_("Who"), readonly=True)
    operation: Mapped[str | None] = text(label=_("Operation"), readonly=True)
    reason: Mapped[str | None] = text(label=_("Authority"), readonly=True)
    request: Mapped[str] = text(label=_("Reference"), readonly=True)
    model: Mapped[str] = text(label=_("Model"), readonly=True)
    record: Mapped[int | None] = field(label=_("Record"), readonly=True)
    action: Mapped[str] = text(label=_("Action"), max_length=20, readonly=True)
    changes: Mapped[dict[str, Any]] = json(label=_("Changes"), readonly=True)

    _of = index("model", "record")
    _kept = frozen()
