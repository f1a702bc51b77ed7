"""An invoice as plain values for JSON: names as in the model, numbers as texts, so that nothing is rounded."""

import base64
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .model import Invoice


def as_plain(invoice: Invoice) -> dict[str, Any]:
    """The invoice without what is empty. Decimals are texts (``"19.00"``), dates ISO 8601, contents base64."""
    return dict(_entries(invoice))


def _entries(record: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(record):
        value = _plain(getattr(record, field.name))
        if value not in (None, "", [], {}):
            yield field.name, value


def _plain(value: object) -> object:
    if is_dataclass(value):
        return dict(_entries(value))
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value
