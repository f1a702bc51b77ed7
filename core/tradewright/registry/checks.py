"""What declarations name and claim, checked while a registry is composed: names that are not there, names taken twice.

Where two addons claim one name, the error is about the one that comes later in dependency order; its place tells both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tradewright.base import DeveloperError, nearest
from tradewright.orm.constraints import Frozen
from tradewright.orm.fields import Field
from tradewright.orm.info import FieldInfo, ModelInfo
from tradewright.registry.collect import Concept

_OWN = ("id", "uid", "version")


def place(cls: type, name: str = "") -> str:
    """Return where a class statement, or something in it, is written."""
    return f"{cls.__module__}.{cls.__name__}{f'.{name}' if name else ''}"


def check_names(info: ModelInfo, concept: Concept) -> None:
    """Refuse a model whose class statement or frozen rules name fields that it does not have."""
    _check_options(info, concept)
    for addon, cls in concept.parts:
        for rule in [value for value in vars(cls).values() if isinstance(value, Frozen)]:
            where = place(cls, rule.name)
            relations = [name for name, field in info.fields.items() if field.kind == "many_to_one"]
            if rule.parent is not None and rule.parent not in relations:
                raise DeveloperError(
                    "registry.frozen-parent",
                    f"{info.name} has no many_to_one of this name",
                    addon=addon,
                    where=where,
                    value=rule.parent,
                    near=nearest(rule.parent, relations) or relations,
                    remedy="name the relation to the record whose state freezes this one",
                )
            stored = {name: field for name, field in info.fields.items() if field.stored}
            known = {*stored, *(field.column for field in stored.values()), *_OWN}
            for part, names in (("when", (*rule.when,)), ("free", rule.free), ("once", rule.once)):
                for name in names:
                    if name not in known:
                        raise _no_field(info, name, known, addon, f"{where}, {part}=")


def _check_options(info: ModelInfo, concept: Concept) -> None:
    cls = concept.root.cls
    order = [part.strip().lstrip("-") for part in (info.order_by or "").split(",") if part.strip()]
    said = (("title", [info.title] if info.title else []), ("search", info.search), ("order_by", order))
    for option, names in said:
        for name in names:
            first = name.partition(".")[0]
            attributes = (vars(part).keys() for _addon, part in concept.parts)
            if first not in info.fields and first not in _OWN and not any(first in one for one in attributes):
                raise _no_field(info, name, info.fields, concept.addon, f"{place(cls)}, {option}=")


def _no_field(info: ModelInfo, name: str, known: Iterable[str], addon: str, where: str) -> DeveloperError:
    return DeveloperError(
        "registry.no-field",
        f"{info.name} has no field of this name",
        addon=addon,
        where=where,
        value=name,
        near=nearest(name, known),
        remedy="correct the name; a field of another addon needs that addon under depends, or a bridge",
    )


def check_exact(declared: Field, annotated: str | None, addon: str, where: str) -> None:
    """Refuse an amount that is annotated, or begins, as something that is not exact and finite."""
    if annotated != "decimal":
        raise DeveloperError(
            "registry.not-exact",
            "an amount is an exact number",
            addon=addon,
            where=where,
            value=annotated,
            near=("Decimal",),
            remedy="write Mapped[Decimal], or Mapped[Decimal | None]",
        )
    for option in ("default", "at_least", "at_most"):
        value = getattr(declared, option)
        if isinstance(value, float) or (isinstance(value, Decimal) and not value.is_finite()):
            raise DeveloperError(
                "registry.not-exact",
                f"{option} of an amount is no exact and finite number",
                addon=addon,
                where=where,
                value=value,
                remedy='write an int, or Decimal("0.1")',
            )


def check_columns(info: ModelInfo, fields: Iterable[FieldInfo]) -> None:
    """Refuse fields that are different and would be kept in one column."""
    seen: dict[str, FieldInfo] = {}
    own = {"id", *(["uid"] if info.public else ()), *(["version"] if info.versioned else ())}
    for field in fields:
        for column in _columns_of(field):
            other = seen.setdefault(column, field)
            if other is not field or column in own:
                holder = f" and {other.where or other.addon}" if other is not field else ""
                raise DeveloperError(
                    "registry.column-twice",
                    f"two fields of {info.name} would be kept in one column"
                    if holder
                    else f"{info.name} has a column of this name by its class statement",
                    addon=field.addon,
                    where=f"{field.where or field.name}{holder}",
                    value=column,
                    remedy="rename the field in the addon that came later; a relation `x` is kept in the column `x_id`",
                )


def _columns_of(field: FieldInfo) -> Iterator[str]:
    yield field.column
    if field.kind == "translated":
        yield f"{field.name}_i18n"


def check_table(name: str, metadata: sa.MetaData, addon: str, where: str) -> None:
    """Refuse a table whose name another model's table, or a link table, has."""
    other = metadata.tables.get(name)
    if other is not None:
        raise DeveloperError(
            "registry.table-twice",
            "two models, or a model and a many_to_many, would be kept in one table",
            addon=addon,
            where=f"{where} and {other.info.get('where', other.name)}",
            value=name,
            remedy="rename the model or the field that came later: a table is <addon>_<model>, a link <table>_<field>",
        )


def check_constraint(info: ModelInfo, name: str, addon: str, where: str) -> None:
    """Refuse a constraint or an index of a model whose name another one of it has."""
    taken: dict[str, str] = info.table.info.setdefault("constraints", {})
    other = taken.setdefault(name, where)
    if other != where:
        raise DeveloperError(
            "registry.constraint-twice",
            f"two constraints or indexes of {info.name} have one name",
            addon=addon,
            where=f"{where} and {other}",
            value=name,
            remedy="rename the attribute in the addon that came later; names are cut off after 63 characters",
        )


def check_index_names(models: Iterable[ModelInfo]) -> None:
    """Refuse two indexes of one name: a database keeps the indexes and unique keys of all tables under their names."""
    seen: dict[str, ModelInfo] = {}
    for info in models:
        named: list[Any] = [
            *info.table.indexes,
            *(one for one in info.table.constraints if isinstance(one, sa.UniqueConstraint)),
        ]
        for one in named:
            other = seen.setdefault(str(one.name), info) if one.name else info
            if other is not info:
                raise DeveloperError(
                    "registry.constraint-twice",
                    "indexes of two tables have one name",
                    addon=info.addon,
                    where=f"{info.name} and {other.name}",
                    value=str(one.name),
                    remedy="rename the one that came later; names are cut off after 63 characters",
                )
