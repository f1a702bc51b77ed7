"""Conditions as data for the browser, which hides what does not apply while a form is filled in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradewright.views.condition import Both, Compare, Condition, Either, Holds, Literal, Not, OneOf

Data = dict[str, Any]


def as_data(condition: Condition) -> Data | None:
    """Return a condition over fields of the form itself; None where it looks at what the browser does not know."""
    match condition:
        case Holds(path):
            return {"field": path.names[0], "in": ["1"]} if len(path.names) == 1 else None
        case OneOf(path, values):
            return {"field": path.names[0], "in": [_text(one) for one in values]} if len(path.names) == 1 else None
        case Compare(path, "=" | "!=", Literal() as literal) if len(path.names) == 1:
            same: Data = {"field": path.names[0], "in": [_text(literal)]}
            return same if condition.operator == "=" else {"not": same}
        case Not(part):
            inner = as_data(part)
            return {"not": inner} if inner else None
        case Both(parts) | Either(parts):
            inside = [as_data(part) for part in parts]
            return None if None in inside else {"all" if isinstance(condition, Both) else "any": inside}
        case _:
            return None


def _text(literal: Literal) -> str:
    value = literal.value
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
