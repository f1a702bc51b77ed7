"""Conditions against models: checked at install, then compiled to SQL or asked of one record.

Both readings agree: a comparison with a missing value is false (except `= null` and `!=`), and `not` gives the
opposite.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.base import nearest
from tradewright.orm import aliased, and_, false, func, not_, or_, select
from tradewright.views.condition import (
    Both,
    Compare,
    Condition,
    ConditionFault,
    Either,
    FieldPath,
    Holds,
    Known,
    Literal,
    Not,
    OneOf,
    Operand,
)

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env
    from tradewright.orm.info import FieldInfo, ModelInfo

NUMBERS = frozenset({"integer", "decimal", "money", "quantity", "price", "percent", "id"})
TEXTS = frozenset({"text", "translated"})
TO_MANY = frozenset({"one_to_many", "many_to_many"})
TO_ONE = frozenset({"many_to_one", "attachment"})
Value = str | Decimal | bool
"""A value written in a condition."""
_HIDDEN = frozenset({"secret", "json"})

_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": lambda text, part: str(part).lower() in str(text).lower(),
    "starts": lambda text, part: str(text).lower().startswith(str(part).lower()),
}

_SQL: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": lambda column, part: column.icontains(part, autoescape=True),
    "starts": lambda column, part: column.istartswith(part, autoescape=True),
}


@dataclass(frozen=True, slots=True)
class KnownValues:
    """What `today`, `now`, `me`, `my_company` and `my_customer` stand for in one unit of work."""

    today: date
    now: datetime
    me: int | None = None
    my_company: int | None = None
    my_customer: int | None = None

    @classmethod
    def of(cls, env: Env) -> KnownValues:
        """Return the values of a unit of work."""
        return cls(env.today, env.now, env.actor.user_id, env.company_id, env.actor.customer_id)

    def get(self, known: Known) -> Any:
        """Return the value that a name stands for."""
        if known.name == "today":
            return self.today + timedelta(days=known.days)
        return getattr(self, known.name)


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
    if field.kind in _HIDDEN:
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


# --- to SQL -----------------------------------------------------------------------------------------------------------


def criterion(
    models: Mapping[str, ModelInfo], model: str, condition: Condition, values: KnownValues, owner: Any = None
) -> ColumnElement[bool]:
    """Compile a checked condition for a statement over the model's composed class, or over `owner`, an alias of it."""
    return _compile(models, models[model], condition, values, owner if owner is not None else models[model].cls)


def _compile(
    models: Mapping[str, ModelInfo], info: ModelInfo, condition: Condition, values: KnownValues, owner: Any
) -> ColumnElement[bool]:
    match condition:
        case Both(parts):
            return and_(*(_compile(models, info, part, values, owner) for part in parts))
        case Either(parts):
            return or_(*(_compile(models, info, part, values, owner) for part in parts))
        case Not(part):
            # NULL counts as false before it is turned round, as it does for one record below.
            return not_(func.coalesce(_compile(models, info, part, values, owner), false()))
        case Holds(path):
            return _along(models, info, path.names, lambda at, field: _column(at, field).is_(True), owner)
        case OneOf(path, choices):
            return _along(
                models,
                info,
                path.names,
                lambda at, field: _column(at, field).in_([_bound(field, one.value) for one in choices]),
                owner,
            )
        case Compare(path, sign, operand):
            return _along(
                models,
                info,
                path.names,
                lambda at, field: (
                    _has_any(models, at, field, sign)
                    if field.kind in TO_MANY
                    else _compare(at, field, sign, operand, values)
                ),
                owner,
            )


def _along(
    models: Mapping[str, ModelInfo],
    info: ModelInfo,
    names: tuple[str, ...],
    leaf: Callable[[Any, FieldInfo], ColumnElement[bool]],
    owner: Any,
) -> ColumnElement[bool]:
    """Apply `leaf` at the end of the path; each relation on the way is an IN over an alias, in the guard's reach."""
    field = info.fields[names[0]]
    if len(names) == 1:
        return leaf(owner, field)
    target = models[str(field.target)]
    other: Any = aliased(target.cls)
    inner = _along(models, target, names[1:], leaf, other)
    result: ColumnElement[bool]
    if field.kind in TO_ONE:
        result = _column(owner, field).in_(select(other.id).where(inner))
    elif field.kind == "one_to_many":
        result = owner.id.in_(select(getattr(other, f"{field.inverse}_id")).where(inner))
    else:
        result = getattr(owner, field.name).of_type(other).any(inner)
    return result


def _column(owner: Any, field: FieldInfo) -> Any:
    return getattr(owner, field.column)


def _compare(owner: Any, field: FieldInfo, sign: str, operand: Operand, values: KnownValues) -> Any:
    column = _column(owner, field)
    value = _column_value(owner, field, operand, values)
    if sign == "!=":
        return column.is_distinct_from(value)
    if sign == "=" and value is None:
        return column.is_(None) if operand == Literal(None) else false()
    return _SQL[sign](column, value)


def _has_any(models: Mapping[str, ModelInfo], owner: Any, field: FieldInfo, sign: str) -> Any:
    if field.kind == "many_to_many":
        there = getattr(owner, field.name).any()
    else:
        other: Any = aliased(models[str(field.target)].cls)
        back = getattr(other, f"{field.inverse}_id")
        there = owner.id.in_(select(back).where(back.is_not(None)))
    return not_(there) if sign == "=" else there


def _column_value(owner: Any, field: FieldInfo, operand: Operand, values: KnownValues) -> Any:
    if isinstance(operand, FieldPath):
        return getattr(owner, operand.names[0])
    return _bound(field, values.get(operand) if isinstance(operand, Known) else operand.value)


def _bound(field: FieldInfo, value: Any) -> Any:
    """Return the value in the type that the field's column holds."""
    if isinstance(value, str) and field.kind in {"date", "datetime"}:
        value = date.fromisoformat(value)
    if field.kind == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, Decimal) and field.kind in {"integer", "id"} | TO_ONE:
        return int(value)
    return value


# --- of one record ----------------------------------------------------------------------------------------------------


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
                lambda _owner, field, value: value in [_bound(field, one.value) for one in choices],
            )
        case Compare(path, sign, operand):
            return _any_of(
                models,
                model,
                path,
                record,
                lambda owner, field, value: _true_of(
                    sign, value, _column_value(owner, field, operand, values), asked_null=operand == Literal(None)
                ),
            )


def _true_of(sign: str, value: Any, other: Any, *, asked_null: bool) -> bool:
    if isinstance(value, list):
        return (not value) == (sign == "=")
    if sign == "!=":
        return bool(value != other)
    if sign == "=":
        return bool(value == other) and (value is not None or asked_null)
    return value is not None and other is not None and _PYTHON[sign](value, other)


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
