"""Conditions held against the models, at install: every path leads somewhere, every comparison makes sense."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base import nearest
from tradewright.views.condition import (
    Both,
    Compare,
    Condition,
    ConditionFault,
    Either,
    FieldPath,
    Holds,
    Known,
    Not,
    OneOf,
    Operand,
)
from tradewright.views.kinds import HIDDEN, NUMBERS, TEXTS, TO_MANY, TO_ONE

if TYPE_CHECKING:
    from tradewright.orm.info import FieldInfo, ModelInfo

Value = str | Decimal | bool
"""A value written in a condition."""


def resolve_path(models: Mapping[str, ModelInfo], model: str, names: Iterable[str]) -> tuple[FieldInfo, ...]:
    """Return the fields along a path.

    Raises:
        ConditionFault: with the nearest names of the model where the path breaks off.
    """
    found: list[FieldInfo] = []
    current: str | None = model
    for name in names:
        if current is None or current not in models:
            raise ConditionFault(f"{found[-1].name} is no relation, so .{name} leads nowhere")
        fields = models[current].fields
        if name not in fields:
            near = nearest(name, fields)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise ConditionFault(f"{current} has no field {name}{hint}")
        found.append(fields[name])
        current = fields[name].target
    return tuple(found)


def check_condition(models: Mapping[str, ModelInfo], model: str, condition: Condition) -> None:
    """Hold a condition against the models: every path leads somewhere, every comparison makes sense.

    Raises:
        ConditionFault: what does not fit.
    """
    match condition:
        case Both(parts) | Either(parts):
            for part in parts:
                check_condition(models, model, part)
        case Not(part):
            check_condition(models, model, part)
        case Holds(path):
            field = _leaf(models, model, path)
            if field.kind not in {"boolean", "computed"}:
                raise ConditionFault(f"{path} is a {field.kind}, not a yes or no; compare it with a value")
        case OneOf(path, values):
            for value in values:
                _check_operand(models, model, path, "=", value)
        case Compare(path, sign, operand):
            _check_operand(models, model, path, sign, operand)


def _leaf(models: Mapping[str, ModelInfo], model: str, path: FieldPath) -> FieldInfo:
    field = resolve_path(models, model, path.names)[-1]
    if field.kind in HIDDEN:
        raise ConditionFault(f"{path} is a {field.kind}, which no condition can read")
    return field


def _check_operand(models: Mapping[str, ModelInfo], model: str, path: FieldPath, sign: str, operand: Operand) -> None:
    field = _leaf(models, model, path)
    if sign in {"contains", "starts"} and field.kind not in TEXTS:
        raise ConditionFault(f"{sign} needs a text, {path} is a {field.kind}")
    if isinstance(operand, FieldPath):
        if len(operand.names) != 1 or len(path.names) != 1:
            raise ConditionFault("two fields are compared only within one model, without points")
        other = _leaf(models, model, operand)
        if _family(other) != _family(field) and "computed" not in {field.kind, other.kind}:
            raise ConditionFault(f"{path} ({field.kind}) and {operand} ({other.kind}) cannot be compared")
    elif isinstance(operand, Known):
        allowed = {"today": {"date", "datetime"}, "now": {"datetime"}}.get(operand.name, TO_ONE | {"id"})
        if field.kind not in allowed:
            raise ConditionFault(f"{operand.name} cannot be compared with {path}, a {field.kind}")
    elif operand.value is None:
        if sign not in {"=", "!="}:
            raise ConditionFault("null is compared with = or != only")
    else:
        _check_literal(field, path, operand.value)


def _check_literal(field: FieldInfo, path: FieldPath, value: Value) -> None:
    if field.kind == "choice":
        known = [choice for choice, _label in field.choices]
        if value not in known:
            near = nearest(str(value), known) or tuple(known)
            raise ConditionFault(f"{path} has no choice {value!r}; nearest: {', '.join(near)}")
    elif field.kind in {"date", "datetime"}:
        try:
            date.fromisoformat(str(value))
        except ValueError as fault:
            raise ConditionFault(f"{path} is a {field.kind}; write '2030-12-31', today or today - 7") from fault
    elif field.kind in NUMBERS | TO_ONE:
        _check_number(field, path, value)
    elif field.kind == "boolean" and not isinstance(value, bool):
        raise ConditionFault(f"{path} is compared with true or false, found {value!r}")
    elif field.kind in TEXTS and not isinstance(value, str):
        raise ConditionFault(f"{path} is compared with a text in single quotes, found {value!r}")
    elif field.kind in TO_MANY:
        raise ConditionFault(f"{path} has many records; compare one of their fields, or the whole with null")


def _check_number(field: FieldInfo, path: FieldPath, value: Value) -> None:
    whole = field.kind in {"integer", "id"} | TO_ONE
    if not isinstance(value, Decimal) or (whole and value != int(value)):
        raise ConditionFault(f"{path} is compared with a number, found {value!r}")
    if field.scale is not None and value != round(value, field.scale):
        raise ConditionFault(f"{path} holds {field.scale} decimals, found {value}")


def _family(field: FieldInfo) -> str:
    if field.kind in NUMBERS and field.kind != "id":
        return f"number of {field.scale if field.scale is not None else 0} decimals"
    return "text" if field.kind in {"text", "choice"} else field.kind
