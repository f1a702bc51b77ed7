"""Types of columns as they stand in scripts, whether declared or read from a database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tradewright.orm.types import ID, Exact, Json, Moment

Type = sa.types.TypeEngine[Any]
TYPES = (sa.Boolean, sa.Date, sa.BigInteger, sa.Integer)


def source_of(kind: Type) -> str:
    """Return a type as Python, be it declared or read from a database."""
    if kind is ID:
        return "ID"
    if isinstance(kind, Json | sa.JSON):
        return "JSON"
    if isinstance(kind, Moment | sa.DateTime):
        return "Moment()"
    if isinstance(kind, Exact):
        return f"Exact({kind.scale})"
    if isinstance(kind, sa.Numeric) and kind.precision == Exact.precision and kind.scale is not None:
        return f"Exact({kind.scale})"
    if isinstance(kind, sa.Text):
        return "Text()"
    if isinstance(kind, sa.String):
        return f"String({kind.length})" if kind.length else "String()"
    for plain in TYPES:
        if isinstance(kind, plain):
            return f"{plain.__name__}()"
    return repr(kind)
