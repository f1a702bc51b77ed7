"""Collecting declarations: which class statements an addon set contributes to which model."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from tradewright.base import DeveloperError, nearest
from tradewright.orm.model import DECLARATIONS, Declaration, Model


@dataclass(frozen=True, slots=True)
class Unit:
    """A package whose declarations take part: an addon, or an active bridge of one, in dependency order."""

    addon: str
    package: str

    @property
    def bridge(self) -> bool:
        """Tell whether this is a bridge of the addon."""
        return ".bridges." in self.package


@dataclass(slots=True)
class Concept:
    """One model to be composed: its root declaration and the extensions in order."""

    name: str
    addon: str
    root: Declaration
    extensions: list[tuple[str, Declaration]] = field(default_factory=list)

    @property
    def parts(self) -> list[tuple[str, type]]:
        """The classes that declare fields, lowest first, each with its addon: abstract parts, root, extensions."""
        found: list[tuple[str, type]] = []
        seen: set[type] = set()
        for addon, declaration in [(self.addon, self.root), *self.extensions]:
            for cls in reversed(declaration.cls.__mro__):
                if issubclass(cls, Model) and cls is not Model and cls not in seen:
                    seen.add(cls)
                    found.append((addon, cls))
        return found


def snake(name: str) -> str:
    """Write a class name as a table name: OrderLine becomes order_line."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def unit_of(module: str, units: Sequence[Unit]) -> Unit | None:
    """Return the unit a module belongs to; a module of an inactive bridge belongs to none."""
    best: Unit | None = None
    for unit in units:
        inside = module == unit.package or module.startswith(unit.package + ".")
        if not inside or (".bridges." in module and not unit.bridge):
            continue
        if best is None or len(unit.package) > len(best.package):
            best = unit
    return best


def collect(units: Sequence[Unit]) -> tuple[list[Concept], dict[type, Concept]]:
    """Return the models of an addon set in order, and the model that each declaration belongs to."""
    order = {unit: position for position, unit in enumerate(units)}
    mine: list[tuple[Unit, Declaration]] = []
    for declaration in DECLARATIONS.values():
        unit = unit_of(declaration.module, units)
        if unit is not None and not declaration.abstract and _current(declaration):
            mine.append((unit, declaration))
    mine.sort(key=lambda pair: (order[pair[0]], pair[1].extend, pair[1].module, pair[1].line))
    concepts: dict[str, Concept] = {}
    owner: dict[type, Concept] = {}
    for unit, declaration in mine:
        if declaration.extend:
            concept = _extended(declaration, owner, unit)
            concept.extensions.append((unit.addon, declaration))
        else:
            concept = _new(declaration, unit, concepts)
        owner[declaration.cls] = concept
    return list(concepts.values()), owner


def _current(declaration: Declaration) -> bool:
    """Tell whether the class is the one its module holds now (a reloaded module leaves older ones behind)."""
    module = sys.modules.get(declaration.module)
    name = declaration.cls.__qualname__
    return module is None or "." in name or getattr(module, name, declaration.cls) is declaration.cls


def _new(declaration: Declaration, unit: Unit, concepts: dict[str, Concept]) -> Concept:
    name = f"{unit.addon}.{declaration.cls.__name__}"
    if name in concepts:
        raise DeveloperError(
            "registry.model-twice",
            "a model is declared twice",
            addon=unit.addon,
            where=f"{declaration.module} and {concepts[name].root.module}",
            value=name,
            remedy="rename one of them, or make it an extension with extend=True",
        )
    concepts[name] = Concept(name, unit.addon, declaration)
    return concepts[name]


def _extended(declaration: Declaration, owner: dict[type, Concept], unit: Unit) -> Concept:
    bases = [base for base in declaration.cls.__mro__[1:] if base in DECLARATIONS and not DECLARATIONS[base].abstract]
    for base in bases:
        if base in owner:
            return owner[base]
    wanted = bases[0].__name__ if bases else "?"
    raise DeveloperError(
        "registry.extends-missing",
        "an extension has no model to extend on this site",
        addon=unit.addon,
        where=f"{declaration.module}.{declaration.cls.__name__}",
        value=wanted,
        near=nearest(wanted, [cls.__name__ for cls in owner]),
        remedy="name the addon that declares the model under depends in addon.toml, or move the extension to a bridge",
    )
