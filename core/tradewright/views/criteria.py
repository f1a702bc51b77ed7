"""Conditions compiled to SQL.

A comparison with a missing value is false (except `= null` and `!=`), and `not` gives the opposite, as in `truth`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.orm import aliased, and_, false, func, not_, or_, select
from tradewright.views.condition import (
    Both,
    Compare,
    Condition,
    Either,
    FieldPath,
    Holds,
    Known,
    Literal,
    Not,
    OneOf,
    Operand,
)
from tradewright.views.kinds import TO_MANY, TO_ONE

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env
    from tradewright.orm.info import FieldInfo, ModelInfo

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
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
                lambda at, field: _column(at, field).in_([bound_value(field, one.value) for one in choices]),
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
    value = operand_value(owner, field, operand, values)
    if sign == "!=":
        return column.is_distinct_from(value)
    if sign == "=" and value is None:
        return column.is_(None) if operand == Literal(None) else false()
    return _SIGNS[sign](column, value)


def _has_any(models: Mapping[str, ModelInfo], owner: Any, field: FieldInfo, sign: str) -> Any:
    if field.kind == "many_to_many":
        there = getattr(owner, field.name).any()
    else:
        other: Any = aliased(models[str(field.target)].cls)
        back = getattr(other, f"{field.inverse}_id")
        there = owner.id.in_(select(back).where(back.is_not(None)))
    return not_(there) if sign == "=" else there


def operand_value(owner: Any, field: FieldInfo, operand: Operand, values: KnownValues) -> Any:
    """Return what a field is compared with, in the type of its column; of `owner` where that is another field."""
    if isinstance(operand, FieldPath):
        return getattr(owner, operand.names[0])
    return bound_value(field, values.get(operand) if isinstance(operand, Known) else operand.value)


def bound_value(field: FieldInfo, value: Any) -> Any:
    """Return the value in the type that the field's column holds."""
    if isinstance(value, str) and field.kind in {"date", "datetime"}:
        value = date.fromisoformat(value)
    if field.kind == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, Decimal) and field.kind in {"integer", "id"} | TO_ONE:
        return int(value)
    return value
