"""From declarations to `ModelInfo`: the fields, choices, constraints and operations of each composed model."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tradewright.base import DeveloperError, nearest
from tradewright.orm.annotations import read as read_annotation
from tradewright.orm.constraints import Frozen
from tradewright.orm.fields import Field, MoreChoices
from tradewright.orm.info import EXACT, FieldInfo, ModelInfo
from tradewright.orm.model import declared_fields
from tradewright.orm.operation import MARK, OperationInfo
from tradewright.registry.checks import check_exact, check_names
from tradewright.registry.collect import Concept

RELATIONS = frozenset({"many_to_one", "one_to_many", "many_to_many", "attachment"})
_DEFAULT_SCALE = 6


def model_info(concept: Concept, by_class: dict[str, list[Concept]]) -> ModelInfo:
    """Return the info of one model; relation targets are resolved by class name."""
    options = concept.root.options
    title = options.title
    info = ModelInfo(
        name=concept.name,
        addon=concept.addon,
        label=options.label or _words(concept.root.cls.__name__),
        plural=options.plural or options.label or _words(concept.root.cls.__name__),
        doc=inspect.cleandoc(concept.root.cls.__doc__ or ""),
        title=title,
        order_by=options.order_by,
        search=options.search or ((title,) if title else ()),
        public=options.public,
        versioned=options.versioned,
        audit=options.audit,
        company=options.company,
        plays=options.plays,
    )
    info.fields["id"] = FieldInfo(name="id", kind="id", addon=concept.addon, label="ID", readonly=True, copy=False)
    hints: dict[str, tuple[str, str, Any]] = {}
    for addon, cls in concept.parts:
        for name, (declared, annotation) in declared_fields(cls).items():
            where = f"{cls.__module__}.{cls.__name__}.{name}"
            if declared is None and name.endswith("_id"):
                _hint(info, hints, name, (addon, where, annotation))
                continue
            _claim(info, name, addon, where)
            info.fields[name] = _field_info(
                name, declared or Field(), annotation, addon=addon, where=where, concept=concept, by_class=by_class
            )
    _settle_hints(info, hints, concept)
    if options.company:
        _company(info, concept, by_class)
    _more_choices(info, concept)
    _operations(info, concept)
    for _addon, cls in concept.parts:
        info.frozen += [(name, value) for name, value in vars(cls).items() if isinstance(value, Frozen)]
    check_names(info, concept)
    return info


def _hint(info: ModelInfo, hints: dict[str, tuple[str, str, Any]], name: str, said: tuple[str, str, Any]) -> None:
    """Note a typed `<relation>_id`. Without the relation it is a field of its own, which only one addon can have."""
    before = hints.setdefault(name, said)
    if before[0] != said[0] and name.removesuffix("_id") not in info.fields:
        info.fields[name] = FieldInfo(name=name, kind="integer", addon=before[0], label=name, where=before[1])
        _claim(info, name, said[0], said[1])


def _words(name: str) -> str:
    from tradewright.registry.collect import snake

    return snake(name).replace("_", " ").capitalize()


def _claim(info: ModelInfo, name: str, addon: str, where: str) -> None:
    other = info.fields.get(name)
    if other is not None:
        raise DeveloperError(
            "registry.field-twice",
            f"two declarations claim one field of {info.name}",
            addon=addon,
            where=f"{where} and {other.where or other.addon}",
            value=name,
            remedy="rename the field in the addon that came later",
        )


def _field_info(
    name: str,
    declared: Field,
    annotation: Any,
    *,
    addon: str,
    where: str,
    concept: Concept,
    by_class: dict[str, list[Concept]],
) -> FieldInfo:
    said = read_annotation(annotation, where)
    kind = declared.kind or ("many_to_one" if said.target and not said.many else None)
    kind = kind or ("one_to_many" if said.many else said.plain) or "text"
    target = None
    if kind in RELATIONS:
        target = _target(said.target or "", addon, where, concept, by_class)
    scale = declared.scale if declared.scale is not None else (_DEFAULT_SCALE if kind in EXACT else None)
    if kind in EXACT:
        check_exact(declared, said.plain or said.target, addon, where)
    return FieldInfo(
        name=name,
        kind=kind,
        addon=addon,
        label=declared.label if declared.label is not None else name.replace("_", " ").capitalize(),
        help=declared.help,
        required=not said.optional and kind not in {"one_to_many", "many_to_many", "computed", "boolean"},
        nullable=said.optional,
        readonly=declared.readonly,
        default=_default(kind, declared, optional=said.optional),
        choices=declared.choices,
        target=target,
        inverse=declared.inverse,
        owned=declared.owned,
        order_by=declared.order_by,
        currency=declared.currency,
        unit=declared.unit,
        max_length=255 if kind == "text" and declared.kind is None else declared.max_length,
        multiline=declared.multiline,
        scale=scale,
        index=declared.index or kind == "many_to_one",
        unique=declared.unique,
        on_delete=declared.on_delete,
        at_least=declared.at_least,
        at_most=declared.at_most,
        copy=declared.copy,
        where=where,
    )


def _default(kind: str, declared: Field, *, optional: bool) -> Any:
    if declared.default is None and kind == "boolean" and not optional:
        return False
    if declared.default is None and kind == "json" and not optional:
        return dict
    return declared.default


def _target(name: str, addon: str, where: str, concept: Concept, by_class: dict[str, list[Concept]]) -> str:
    found = by_class.get(name, [])
    if len(found) > 1:
        found = (
            [other for other in found if other.addon == addon]
            or [other for other in found if other.addon == concept.addon]
            or found[:1]
        )
    if not found:
        raise DeveloperError(
            "registry.no-target",
            "a relation points to a model that is not on this site",
            addon=addon,
            where=where,
            value=name,
            near=nearest(name, by_class),
            remedy="depend on the addon that declares it, or move the field to a bridge",
        )
    return found[0].name


def _settle_hints(info: ModelInfo, hints: dict[str, tuple[str, str, Any]], concept: Concept) -> None:
    """Check the typed `<relation>_id` annotations against their relations; a stray one is a plain integer field."""
    for name, (addon, where, annotation) in hints.items():
        relation = info.fields.get(name.removesuffix("_id"))
        said = read_annotation(annotation, where)
        if relation is None or relation.kind not in {"many_to_one", "attachment"}:
            if name == "company_id" and concept.root.options.company:
                continue
            info.fields[name] = FieldInfo(
                name=name,
                kind=said.plain or "integer",
                addon=addon,
                label=name.replace("_", " ").capitalize(),
                required=not said.optional,
                nullable=said.optional,
                where=where,
            )
        elif relation.required == said.optional:
            raise DeveloperError(
                "registry.nullable",
                "a relation and its typed id disagree on whether they are optional",
                addon=relation.addon,
                where=where,
                value=name,
                remedy="annotate both with | None, or neither",
            )


def _company(info: ModelInfo, concept: Concept, by_class: dict[str, list[Concept]]) -> None:
    target = next(
        (other for found in by_class.values() for other in found if other.root.options.plays == "company"), None
    )
    if target is None:
        raise DeveloperError(
            "registry.no-company",
            "a model belongs to a company, but no addon has companies",
            addon=concept.addon,
            value=info.name,
            remedy="depend on the addon base",
        )
    if "company" not in info.fields:
        info.fields["company"] = FieldInfo(
            name="company",
            kind="many_to_one",
            addon=concept.addon,
            label=target.root.options.label,
            required=True,
            readonly=True,
            target=target.name,
            index=True,
        )


def _more_choices(info: ModelInfo, concept: Concept) -> None:
    for addon, cls in concept.parts:
        for more in [value for value in vars(cls).values() if isinstance(value, MoreChoices)]:
            field = info.fields.get(more.field)
            if field is None or field.kind != "choice":
                raise DeveloperError(
                    "registry.more-choices",
                    f"{info.name} has no choice field of this name",
                    addon=addon,
                    where=f"{cls.__module__}.{cls.__name__}",
                    value=more.field,
                    near=nearest(more.field, [name for name, one in info.fields.items() if one.kind == "choice"]),
                    remedy="name a choice field of the model that is extended",
                )
            field.choices = (*field.choices, *more.choices)


def _operations(info: ModelInfo, concept: Concept) -> None:
    for addon, cls in concept.parts:
        for name, marked in _marked(cls):
            if name in info.operations:
                raise DeveloperError(
                    "registry.operation-twice",
                    f"an operation of {info.name} is declared again",
                    addon=addon,
                    where=f"{cls.__module__}.{cls.__name__}",
                    value=name,
                    remedy="override it as a plain class method that calls super()",
                )
            info.operations[name] = replace(marked, name=name, addon=addon)


def _marked(cls: type) -> Iterator[tuple[str, OperationInfo]]:
    for name, value in vars(cls).items():
        marked = getattr(getattr(value, "__func__", value), MARK, None)
        if isinstance(marked, OperationInfo):
            yield name, marked
