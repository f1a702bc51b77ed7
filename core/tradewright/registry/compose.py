"""Composing a registry: the mapped classes of one addon set. Several registries live in one process."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from tradewright.base import DeveloperError, nearest
from tradewright.orm.info import EXACT, ModelInfo
from tradewright.orm.model import DECLARATIONS, Model
from tradewright.registry import checks, mapping, operations, tables, triggers
from tradewright.registry.collect import Concept, Unit, collect
from tradewright.registry.infos import model_info


class Registry:
    """The composed models of one addon set; immutable once built, shared by all sites that have the set."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = tuple(units)
        self.metadata = sa.MetaData(naming_convention=tables.NAMING)
        self.models: dict[str, ModelInfo] = {}
        self.links: dict[tuple[str, str], sa.Table] = {}
        self._composed: dict[type, type] = {}
        self._parts: dict[str, ModelInfo] = {}
        self.by_table: dict[str, ModelInfo] = {}
        self._mapper_registry = orm.registry(metadata=self.metadata)
        # The cyclic collector only costs time while thousands of long-lived objects come into being.
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._build()
        finally:
            if collecting:
                gc.enable()

    def composed(self, declaration: type) -> type:
        """Return the composed class of a declaration (a root, an extension, or a composed class itself)."""
        found = self._composed.get(declaration)
        if found is None:
            self._missing(declaration)
        return found  # type: ignore[return-value]  # _missing never returns

    def model(self, name: str) -> ModelInfo:
        """Return a model by its name, `addon.Class`."""
        if name not in self.models:
            raise DeveloperError(
                "registry.no-model", "no model of this name on this site", value=name, near=nearest(name, self.models)
            )
        return self.models[name]

    def playing(self, part: str) -> ModelInfo | None:
        """Return the model that plays a part for the core (`company`, `attachment`, `setting`, `audit`)."""
        return self._parts.get(part)

    def _missing(self, declaration: type) -> None:
        known = DECLARATIONS.get(declaration)
        raise DeveloperError(
            "registry.not-composed",
            "this model is not part of the site's addons",
            where=known.module if known else declaration.__module__,
            value=declaration.__name__,
            near=nearest(declaration.__name__, [cls.__name__ for cls in self._composed]),
            remedy="enable the addon that declares it, or move the code to a bridge",
        )

    def _build(self) -> None:
        concepts, owner = collect(self.units)
        by_class: dict[str, list[Concept]] = defaultdict(list)
        for concept in concepts:
            by_class[concept.root.cls.__name__].append(concept)
        for concept in concepts:
            info = model_info(concept, by_class)
            self.models[concept.name] = info
            if info.plays:
                self._parts[info.plays] = info
        self._play_attachment()
        self._tables(concepts)
        for concept in concepts:
            self._class(concept, self.models[concept.name])
        for declaration, concept in owner.items():
            self._composed[declaration] = self.models[concept.name].cls
        for concept in concepts:
            self._composed[self.models[concept.name].cls] = self.models[concept.name].cls
        for info in self.models.values():
            mapping.map_class(info, self._mapper_registry, mapping.relationships(info, self.models, self.links))
        self._mapper_registry.configure()
        for concept in concepts:
            mapping.add_computed(self.models[concept.name], concept, self.models, self.composed)
        for info in self.models.values():
            operations.wrap(info)
            triggers.check(info, self.models)

    def _play_attachment(self) -> None:
        holder = self._parts.get("attachment")
        for info in self.models.values():
            for field in info.fields.values():
                if field.kind == "attachment" and field.target is None:
                    field.target = holder.name if holder else None

    def _tables(self, concepts: list[Concept]) -> None:
        names = {name: tables.table_name(info) for name, info in self.models.items()}
        for concept in concepts:
            info = self.models[concept.name]
            tables.build_table(info, concept, names, self.metadata)
            self.by_table[info.table.name] = info
        for info in self.models.values():
            for field in info.fields.values():
                if field.kind == "many_to_many" and self._owns_link(info, field.name):
                    self.links[info.name, field.name] = tables.link_table(info, field, names, self.metadata)
        checks.check_index_names(self.models.values())

    def _owns_link(self, info: ModelInfo, name: str) -> bool:
        """One side of a pair has the table: the one without `inverse`, or the lesser name when both name it."""
        field = info.fields[name]
        other = self.models[field.target or ""].fields.get(field.inverse or "")
        if field.inverse is None or other is None:
            return True
        return other.inverse == name and (info.name, name) < (field.target or "", other.name)

    def _class(self, concept: Concept, info: ModelInfo) -> None:
        bases = (*(declaration.cls for _addon, declaration in reversed(concept.extensions)), concept.root.cls)
        namespace: dict[str, Any] = {
            "__composed__": True,
            "__info__": info,
            "__module__": concept.root.cls.__module__,
            "__doc__": concept.root.cls.__doc__,
        }
        info.cls = type(concept.root.cls.__name__, bases, namespace)
        settable = {name for name, field in info.fields.items() if field.kind != "computed"}
        settable |= {field.column for field in info.fields.values() if field.target and field.stored}
        if info.public:
            settable.add("uid")
        info.settable = frozenset(settable)
        plain: list[tuple[str, Any]] = []
        with_env: list[tuple[str, Any]] = []
        for field in info.fields.values():
            if field.default is not None and field.kind != "computed":
                default = (
                    Decimal(field.default) if type(field.default) is int and field.kind in EXACT else field.default
                )
                (with_env if _takes_env(default) else plain).append((field.name, default))
        info.exact = frozenset(field.name for field in info.fields.values() if field.kind in EXACT)
        info.defaults, info.env_defaults = tuple(plain), tuple(with_env)


def _takes_env(default: Any) -> bool:
    code = getattr(default, "__code__", None)
    return code is not None and code.co_argcount == 1


def compose(units: Sequence[Unit]) -> Registry:
    """Compose the registry of an addon set, given as its packages in dependency order."""
    return Registry(units)


__all__ = ["Model", "Registry", "Unit", "compose"]
