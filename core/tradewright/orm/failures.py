"""From database errors to sentences: a violated constraint reaches the user as its own message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tradewright.base import Conflict, UserError
from tradewright.i18n import _

if TYPE_CHECKING:
    from tradewright.orm.protocols import Models

_SQLITE = re.compile(r"(CHECK|UNIQUE|NOT NULL|FOREIGN KEY) constraint failed(?:: (.+))?")
FROZEN = "tradewright: frozen"


def as_user_error(error: DBAPIError, registry: Models) -> UserError | None:
    """Return the user's sentence for a database error, or None when it is no business of theirs."""
    text = str(error.orig)
    if FROZEN in text:
        return Conflict(
            "record.frozen", _("This document is posted and can no longer be changed. Correct it with a new one.")
        )
    if getattr(error.orig, "sqlstate", "") == "22001":  # PostgreSQL knows before any constraint, and names no column
        return UserError("record.too-long", _("A text is too long. Shorten it."))
    if not isinstance(error, IntegrityError):
        return None
    name = _constraint(error.orig, text)
    for info in registry.models.values():
        if name in info.messages:
            return UserError(f"record.{info.name}", info.messages[name])
    if "FOREIGN KEY" in text or getattr(error.orig, "sqlstate", "") == "23503":
        return Conflict("record.in-use", _("This is still used elsewhere, or what it refers to is gone."))
    if "UNIQUE" in text or getattr(error.orig, "sqlstate", "") == "23505":
        return Conflict("record.exists", _("There is already a record with this value."))
    if "NOT NULL" in text or getattr(error.orig, "sqlstate", "") == "23502":
        label = _empty_field(error.orig, name, registry)
        return UserError("record.required", _("A required field is empty: {field}.", field=label))
    return None


def _empty_field(original: Any, name: str, registry: Models) -> Any:
    diagnosis = getattr(original, "diag", None)
    table, column = (diagnosis.table_name, diagnosis.column_name) if diagnosis is not None else name.split(".", 1)
    for info in registry.models.values():
        if info.table.name == table:
            return next((field.label for field in info.fields.values() if field.column == column), column)
    return column


def _constraint(original: Any, text: str) -> str:
    diagnosis = getattr(original, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    match = _SQLITE.search(text)
    return (match[2] or "").strip() if match else ""


def is_outage(error: BaseException) -> bool:
    """Tell whether the database could not answer at all (down, full, too slow), so that asking later may help."""
    if isinstance(error, PoolTimeout):
        return True
    # SQLite says all of it with one class, mistakes of the program included.
    mistaken = any(words in str(error) for words in ("no such table", "no such column", "readonly database"))
    return isinstance(error, OperationalError | InterfaceError) and not mistaken
