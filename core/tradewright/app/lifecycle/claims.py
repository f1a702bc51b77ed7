"""Things that only one addon can have, and that nothing refuses while a set is composed.

| code | meaning |
|---|---|
| `conflicts.record` | two data files make the record of one permanent name; the later one makes none |
| `conflicts.record-value` | two data files give one unique value (a setting, a series) to two records |
| `conflicts.menu` | two addons put entries of one label into one menu |
| `conflicts.default-view` | two addons choose the view that opens for a model |
| `conflicts.grant` | two addons grant one role the same on a model, one of them with limits that then limit nothing |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tradewright.app.lifecycle.conflict import Conflict, independent
from tradewright.base import DeveloperError
from tradewright.base.toml import read_toml
from tradewright.orm.constraints import Unique
from tradewright.views import ViewError, ViewSource
from tradewright.views.sources import Declared, full_name, read_source

if TYPE_CHECKING:
    from tradewright.addons import Part
    from tradewright.app.composition import Composition
    from tradewright.orm.info import ModelInfo


def claims(composition: Composition) -> Iterator[Conflict]:
    """Give what two addons of a set both claim."""
    yield from _records(composition)
    yield from _views(composition)
    yield from _grants(composition)


@dataclass(frozen=True, slots=True)
class _Row:
    part: Part
    file: str
    model: str
    xid: str
    values: dict[str, Any]

    @property
    def where(self) -> str:
        return f"{self.part.package}/{self.file}"


def _records(composition: Composition) -> Iterator[Conflict]:
    rows = list(_rows(composition))
    by_name: dict[str, list[_Row]] = defaultdict(list)
    by_value: dict[tuple[Any, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        by_name[row.xid].append(row)
        info = composition.registry.models.get(row.model)
        for names in _unique_sets(composition, info) if info is not None else ():
            if all(name in row.values for name in names):
                by_value[row.model, names, *(str(row.values[name]) for name in names)].append(row)
    for xid, same in by_name.items():
        for one, other in combinations(same, 2):
            if one.part.addon != other.part.addon:
                yield Conflict(
                    "conflicts.record",
                    _pair(one, other),
                    "two data files make a record of the same permanent name; only the first one does",
                    f"{other.where} and {one.where}",
                    xid,
                    remedy="give one of them an xid of its own addon; to change a record of another addon use "
                    "the hook site_installed",
                )
    for key, same in by_value.items():
        for one, other in combinations(same, 2):
            if one.part.addon != other.part.addon and one.xid != other.xid:
                yield Conflict(
                    "conflicts.record-value",
                    _pair(one, other),
                    f"two data files make a {key[0]} whose {', '.join(key[1])} can exist only once",
                    f"{other.where} and {one.where}",
                    ", ".join(key[2:]),
                    remedy="choose another value in the addon that came later; begin it with the addon's name",
                )


def _rows(composition: Composition) -> Iterator[_Row]:
    parts = {part.package: part for part in composition.addons.parts}
    for package in composition.packages:
        part = parts[package.package]
        for name in package.data:
            try:
                tables = read_toml(part.folder / name, "data").values
            except DeveloperError:
                continue  # told when the file is loaded
            for addon, models in tables.items():
                for model, rows in models.items() if isinstance(models, dict) else ():
                    for row in rows if isinstance(rows, list) else ():
                        if isinstance(row, dict) and isinstance(xid := row.get("xid"), str):
                            full = xid if "." in xid else f"{part.addon}.{xid}"
                            yield _Row(part, name, f"{addon}.{model}", full, row)


def _unique_sets(composition: Composition, info: ModelInfo) -> Iterator[tuple[str, ...]]:
    yield from ((field.name,) for field in info.fields.values() if field.unique)
    for cls in composition.registry.models[info.name].cls.__mro__:
        yield from (rule.fields for rule in vars(cls).values() if isinstance(rule, Unique))


def _pair(one: _Row, other: _Row) -> tuple[str, ...]:
    return one.part.addon, other.part.addon


def _views(composition: Composition) -> Iterator[Conflict]:
    menus: dict[tuple[str, str], list[tuple[Part, Declared]]] = defaultdict(list)
    chosen: dict[tuple[str, str], list[tuple[Part, Declared]]] = defaultdict(list)
    for part in composition.addons.parts:
        for one in _declared(part):
            if one.kind == "menu":
                parent = full_name(one.element.get("parent") or "", part.addon) if one.element.get("parent") else ""
                menus[parent, one.element.get("label") or ""].append((part, one))
            elif one.element.get("default") == "true":
                model = full_name(one.element.get("model") or "", part.addon)
                chosen[one.kind, model].append((part, one))
    for (parent, label), entries in menus.items():
        yield from _both(
            entries,
            "conflicts.menu",
            f"two entries of the menu{f' {parent}' if parent else ''} have one label",
            label,
            "choose a label that tells what is different, or put one of them into another menu",
            blocking=False,
        )
    for (kind, model), entries in chosen.items():
        yield from _both(
            entries,
            "conflicts.default-view",
            f"two addons choose the {kind} that opens for {model}; the one of the later name has no effect",
            model,
            'leave default="true" to one of them, or extend the view instead of writing another',
            blocking=True,
        )


def _declared(part: Part) -> list[Declared]:
    try:
        return list(read_source(ViewSource(part.addon, part.root, part.uses, part.inside)))
    except ViewError:
        return []  # told with the faults of views


def _both(
    entries: list[tuple[Part, Declared]], code: str, what: str, value: str, remedy: str, *, blocking: bool
) -> Iterator[Conflict]:
    for (one, first), (other, second) in combinations(entries, 2):
        if independent(one, other):
            yield Conflict(
                code,
                (one.addon, other.addon),
                what,
                f"{other.addon}: {second.place} and {one.addon}: {first.place}",
                value,
                remedy=remedy,
                blocking=blocking,
            )


def _grants(composition: Composition) -> Iterator[Conflict]:
    parts = {part.package: part for part in composition.addons.parts}
    for model, grants in composition.access.grants.items():
        for one, other in combinations(grants, 2):
            first, second = (parts.get(grant.source.partition("/")[0]) for grant in (one, other))
            if first is None or second is None or not independent(first, second) or one.role != other.role:
                continue
            shared = one.may & other.may
            limits = [(grant.rows.name if grant.rows else None, grant.fields) for grant in (one, other)]
            if shared and limits[0] != limits[1]:
                yield Conflict(
                    "conflicts.grant",
                    (first.addon, second.addon),
                    f"both grant {one.role} the same on {model}, with other limits; grants add up, so the wider one "
                    "counts",
                    f"{other.source} and {one.source}",
                    " ".join(sorted(shared)),
                    remedy="leave it to one of them, or let the narrower addon grant a role of its own",
                )
