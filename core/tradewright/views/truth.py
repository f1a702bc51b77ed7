"""Conditions asked of one record. The answer is the one that the database would give, see `criteria`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tradewright.views.condition import Both, Compare, Condition, Either, FieldPath, Holds, Literal, Not, OneOf
from tradewright.views.criteria import KnownValues, bound_value, operand_value
from tradewright.views.kinds import TO_MANY

if TYPE_CHECKING:
    from tradewright.orm.info import FieldInfo, ModelInfo

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": lambda text, part: str(part).lower() in str(text).lower(),
    "starts": lambda text, part: str(text).lower().startswith(str(part).lower()),
}


def holds(models: Mapping[str, ModelInfo], model: str, condition: Condition, record: Any, values: KnownValues) -> bool:
    """Tell whether a checked condition is true of one record."""
    match condition:
        case Both(parts):
            return all(holds(models, model, part, record, values) for part in parts)
        case Either(parts):
            return any(holds(models, model, part, record, values) for part in parts)
        case Not(part):
            return not holds(models, model, part, record, values)
        case Holds(path):
            return _any_of(models, model, path, record, lambda _owner, _field, value: value is True)
        case OneOf(path, choices):
            return _any_of(
                models,
                model,
                path,
                record,
                lambda _owner, field, value: value in [bound_value(field, one.value) for one in choices],
            )
        case Compare(path, sign, operand):
            return _any_of(
                models,
                model,
                path,
                record,
                lambda owner, field, value: _true_of(
                    sign, value, operand_value(owner, field, operand, values), asked_null=operand == Literal(None)
                ),
            )


def _true_of(sign: str, value: Any, other: Any, *, asked_null: bool) -> bool:
    if isinstance(value, list):
        return (not value) == (sign == "=")
    if sign == "!=":
        return bool(value != other)
    if sign == "=":
        return bool(value == other) and (value is not None or asked_null)
    return value is not None and other is not None and _SIGNS[sign](value, other)


def _any_of(
    models: Mapping[str, ModelInfo],
    model: str,
    path: FieldPath,
    record: Any,
    test: Callable[[Any, FieldInfo, Any], bool],
) -> bool:
    field = models[model].fields[path.names[0]]
    if len(path.names) == 1:
        many = field.kind in TO_MANY
        value = list(getattr(record, field.name)) if many else getattr(record, field.column, None)
        return test(record, field, value)
    target = getattr(record, field.name)
    rest = FieldPath(path.names[1:])
    targets = target if field.kind in TO_MANY else [target] if target is not None else []
    return any(_any_of(models, str(field.target), rest, one, test) for one in targets)
