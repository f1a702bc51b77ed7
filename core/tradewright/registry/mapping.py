"""Mapping the composed classes: imperatively, from tables built once.

The declarative scan would cost three times as much start-up time (docs/adr).
"""

from __future__ import annotations

import inspect
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import object_session

from tradewright.base import DeveloperError, nearest
from tradewright.orm.fields import Field
from tradewright.orm.info import FieldInfo, ModelInfo
from tradewright.registry.collect import Concept


def map_class(info: ModelInfo, mapper_registry: orm.registry, properties: dict[str, Any]) -> None:
    """Map one composed class to its table."""
    for field in info.fields.values():
        if field.kind == "translated":
            properties[f"{field.name}_source"] = info.table.c[field.name]
            setattr(info.cls, field.name, _translated(field))
        if field.kind == "secret":
            properties[field.name] = orm.deferred(info.table.c[field.name])
    mapper_registry.map_imperatively(info.cls, info.table, properties=properties)


def relationships(
    info: ModelInfo, infos: dict[str, ModelInfo], links: dict[tuple[str, str], sa.Table]
) -> dict[str, Any]:
    """Return the relationship properties of a model's own fields."""
    found: dict[str, Any] = {}
    for field in info.fields.values():
        if field.kind in {"many_to_one", "attachment"}:
            found[field.name] = _many_to_one(info, field, infos)
        elif field.kind == "one_to_many":
            found[field.name] = _one_to_many(info, field, infos)
        elif field.kind == "many_to_many":
            found[field.name] = _many_to_many(info, field, infos, links)
    return found


def _inverse_of(info: ModelInfo, field: FieldInfo, infos: dict[str, ModelInfo]) -> str | None:
    """Return the one-to-many of the target that has this many-to-one as its inverse, if exactly one has."""
    target = infos[field.target or ""]
    names = [
        other.name
        for other in target.fields.values()
        if other.kind == "one_to_many" and other.target == info.name and other.inverse == field.name
    ]
    return names[0] if len(names) == 1 else None


def _many_to_one(info: ModelInfo, field: FieldInfo, infos: dict[str, ModelInfo]) -> Any:
    target = infos[field.target or ""]
    column = info.table.c[field.column]
    return orm.relationship(
        target.cls,
        primaryjoin=column == target.table.c.id,
        foreign_keys=[column],
        remote_side=[target.table.c.id],
        back_populates=_inverse_of(info, field, infos),
    )


def _one_to_many(info: ModelInfo, field: FieldInfo, infos: dict[str, ModelInfo]) -> Any:
    target = infos[field.target or ""]
    inverse = target.fields.get(field.inverse or "")
    if inverse is None or inverse.kind != "many_to_one" or inverse.target != info.name:
        candidates = [
            one.name for one in target.fields.values() if one.kind == "many_to_one" and one.target == info.name
        ]
        raise DeveloperError(
            "registry.no-inverse",
            f"{target.name} has no many_to_one of this name that points to {info.name}",
            addon=field.addon,
            where=field.where,
            value=field.inverse,
            near=nearest(field.inverse or "", candidates) or tuple(candidates),
        )
    column = target.table.c[inverse.column]
    backwards = _inverse_of(target, inverse, infos)
    return orm.relationship(
        target.cls,
        primaryjoin=column == info.table.c.id,
        foreign_keys=[column],
        remote_side=[column],
        back_populates=inverse.name if backwards == field.name else None,
        viewonly=backwards != field.name,
        cascade="all, delete-orphan" if field.owned else ("save-update, merge" if backwards == field.name else "none"),
        passive_deletes="all" if not field.owned and backwards == field.name else False,
        order_by=ordering(target, field.order_by or "id", field.addon),
    )


def ordering(info: ModelInfo, order_by: str, addon: str) -> list[Any]:
    """Return the ORDER BY columns of a text like "-date, number"; the id always comes last."""
    from tradewright.registry.tables import column_of

    columns = []
    for part in [word.strip() for word in order_by.split(",") if word.strip()]:
        column = column_of(info, part.lstrip("-"), addon)
        columns.append(column.desc() if part.startswith("-") else column.asc())
    if order_by.strip("- ") != "id":
        columns.append(info.table.c.id.asc())
    return columns


def _many_to_many(
    info: ModelInfo, field: FieldInfo, infos: dict[str, ModelInfo], links: dict[tuple[str, str], sa.Table]
) -> Any:
    target = infos[field.target or ""]
    forward = links.get((info.name, field.name))
    if forward is not None:
        here, there, link = "owner_id", "target_id", forward
    else:
        here, there, link = "target_id", "owner_id", links[target.name, field.inverse or ""]
    partner = field.inverse or next(
        (
            one.name
            for one in target.fields.values()
            if one.kind == "many_to_many" and one.inverse == field.name and one.target == info.name
        ),
        None,
    )
    return orm.relationship(
        target.cls,
        secondary=link,
        primaryjoin=link.c[here] == info.table.c.id,
        secondaryjoin=link.c[there] == target.table.c.id,
        back_populates=partner,
        order_by=[target.table.c.id],
    )


def _translated(field: FieldInfo) -> Any:
    source, stored = f"{field.name}_source", f"{field.name}_i18n"

    def read(self: Any) -> str | None:
        texts = getattr(self, stored)
        if texts:
            session = object_session(self)
            language = session.info["unit"].language if session is not None else ""
            found = texts.get(language)
            if found:
                return str(found)
        value: str | None = getattr(self, source)
        return value

    def write(self: Any, value: str | dict[str, str] | None) -> None:
        if isinstance(value, dict):
            others = {language: text for language, text in value.items() if language and text}
            setattr(self, source, value.get("") or next(iter(others.values()), None))
            setattr(self, stored, others or None)
        else:
            setattr(self, source, value)

    def expression(cls: Any) -> Any:
        return getattr(cls, source)

    for function in (read, write, expression):
        function.__name__ = field.name
    return hybrid_property(read, write, None, expression)


class _Lookup:
    """`models[Declaration]` inside an expression field."""

    def __init__(self, composed: Any) -> None:
        self._composed = composed

    def __getitem__(self, declaration: type) -> Any:
        return self._composed(declaration)


def add_computed(info: ModelInfo, concept: Concept, infos: dict[str, ModelInfo], composed: Any) -> None:
    """Add the computed fields once all classes are mapped: each is one deferred SQL expression."""
    mapper = sa.inspect(info.cls)
    for _addon, cls in concept.parts:
        for name, declared in vars(cls).items():
            if isinstance(declared, Field) and declared.kind == "computed":
                built = _summed(info, declared, infos) if declared.of else _expressed(info.cls, declared, composed)
                mapper.add_property(name, orm.column_property(built, deferred=True))


def _summed(info: ModelInfo, declared: Field, infos: dict[str, ModelInfo]) -> Any:
    field = info.fields.get(declared.of or "")
    if field is None or field.kind != "one_to_many":
        raise DeveloperError(
            "registry.total",
            f"{info.name} has no one_to_many of this name to sum",
            addon=info.fields[declared.name].addon,
            where=info.fields[declared.name].where,
            value=declared.of,
            near=nearest(declared.of or "", [one.name for one in info.fields.values() if one.kind == "one_to_many"]),
            remedy="correct of=",
        )
    lines = infos[field.target or ""]
    target: Any = lines.cls
    if declared.summed not in lines.fields:
        raise DeveloperError(
            "registry.total",
            f"{lines.name} has no field of this name to sum",
            addon=info.fields[declared.name].addon,
            where=info.fields[declared.name].where,
            value=declared.summed,
            near=nearest(declared.summed or "", lines.fields),
            remedy="correct field=",
        )
    summed = getattr(target, declared.summed)
    inverse = getattr(target, f"{field.inverse}_id")
    return (
        sa.select(sa.func.coalesce(sa.func.sum(summed), 0))
        .where(inverse == info.cls.id)
        .correlate_except(target)
        .scalar_subquery()
    )


def _expressed(cls: Any, declared: Field, composed: Any) -> Any:
    build: Any = declared.expression
    wants_models = len(inspect.signature(build).parameters) > 1
    built = build(cls, _Lookup(composed)) if wants_models else build(cls)
    return built.scalar_subquery() if isinstance(built, sa.Select) else built
