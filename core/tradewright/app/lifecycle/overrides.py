"""What two independent addons both change, so that only the alphabet says whose change lies on top.

| code | meaning |
|---|---|
| `conflicts.method` | both override, or add, a method of a model |
| `conflicts.template` | both have the template of one path |
| `conflicts.view` | both change one attribute of an element of a view, or put something at one place of it |
| `conflicts.answer` | both answer a hook of which only the first answer counts |

A change on top that reaches what is below it (`super()`, `{% extends "!..." %}`) leaves only the order to the alphabet.
One that does not makes the other addon's change void, and blocks. Slots are made to be shared and are no conflict.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from tradewright.app.lifecycle.conflict import Conflict, independent
from tradewright.orm import Model
from tradewright.registry.collect import unit_of
from tradewright.views import ViewError, ViewSource
from tradewright.views.reader import children_of, place_of
from tradewright.views.sources import full_name, read_source

if TYPE_CHECKING:
    from tradewright.addons import Part
    from tradewright.app.composition import Composition

_BLOCK = re.compile(r"{%-?\s*block\s+(\w+)[^%]*%}(.*?){%-?\s*endblock", re.DOTALL)
_REMEDY = "let one of the addons depend on the other, or put what is meant for both into bridges/ of one of them"


def overrides(composition: Composition) -> Iterator[Conflict]:
    """Give what independent addons of a set both change."""
    yield from _methods(composition)
    yield from _templates(composition.addons.parts)
    yield from _views(composition.addons.parts)
    yield from _answers(composition)


def _methods(composition: Composition) -> Iterator[Conflict]:
    parts = {part.package: part for part in composition.addons.parts}
    for info in composition.registry.models.values():
        found: dict[str, list[tuple[Part, type, CodeType]]] = defaultdict(list)
        for cls in reversed(info.cls.__mro__):
            unit = unit_of(cls.__module__, composition.units)
            if unit is None or not issubclass(cls, Model) or "__composed__" in vars(cls):
                continue
            for name, value in vars(cls).items():
                code = _code_of(value)
                if code is not None and not name.startswith("__"):
                    found[name].append((parts[unit.package], cls, code))
        for name, changes in found.items():
            for (below, one, _), (above, other, code) in combinations(changes, 2):
                if independent(below, above):
                    reaches = "super" in code.co_names
                    yield Conflict(
                        "conflicts.method",
                        (below.addon, above.addon),
                        f"both override {info.name}.{name}, and the later name lies on top"
                        if reaches
                        else f"both have {info.name}.{name}, and that of {above.addon} does not call super()",
                        f"{_line(other, code)} and {one.__module__}.{one.__name__}.{name}",
                        f"{info.name}.{name}",
                        remedy=_REMEDY if reaches else f"call super().{name}(...) there; {_REMEDY}",
                        blocking=not reaches,
                    )


def _code_of(value: Any) -> CodeType | None:
    function = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _line(cls: type, code: CodeType) -> str:
    return f"{cls.__module__}:{code.co_firstlineno}"


def _templates(parts: tuple[Part, ...]) -> Iterator[Conflict]:
    by_path: dict[str, list[tuple[Part, Path]]] = defaultdict(list)
    for part in parts:
        folder = part.folder / "templates"
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file():
                by_path[file.relative_to(folder).as_posix()].append((part, file))
    for path, files in by_path.items():
        for (below, lower), (above, upper) in combinations(files, 2):
            if independent(below, above):
                yield from _template(path, (below, lower), (above, upper))


def _template(path: str, below: tuple[Part, Path], above: tuple[Part, Path]) -> Iterator[Conflict]:
    source = above[1].read_text(encoding="utf-8")
    mine, theirs = dict(_BLOCK.findall(source)), dict(_BLOCK.findall(below[1].read_text(encoding="utf-8")))
    shared = sorted(mine.keys() & theirs.keys())
    extends = re.search(rf"""extends\s+["']!{re.escape(path)}["']""", source) is not None
    lost = [name for name in shared if "super()" not in mine[name]]
    if extends and not shared:
        return
    if not extends:
        what = f"both have the template {path}, and that of {above[0].addon} does not extend the one below it"
        remedy = f'begin it with {{% extends "!{path}" %}}, or choose another path'
    elif lost:
        what = f"both fill the block {lost[0]} of {path}, and that of {above[0].addon} does not call super()"
        remedy = f"write {{{{ super() }}}} in the block; {_REMEDY}"
    else:
        what = f"both fill the block {shared[0]} of {path}, and the later name stands around the other"
        remedy = _REMEDY
    yield Conflict(
        "conflicts.template",
        (below[0].addon, above[0].addon),
        what,
        f"{above[1]} and {below[1]}",
        path,
        remedy=remedy,
        blocking=not extends or bool(lost),
    )


def _views(parts: tuple[Part, ...]) -> Iterator[Conflict]:
    found: dict[tuple[str, str, str], list[tuple[Part, str, str | None]]] = defaultdict(list)
    for part in parts:
        for key, where, value in _changes(part):
            found[key].append((part, where, value))
    for (view, path, what), changes in found.items():
        for (below, lower, said), (above, upper, other) in combinations(changes, 2):
            if independent(below, above) and (said is None or said != other):
                yield Conflict(
                    "conflicts.view",
                    (below.addon, above.addon),
                    f"both change the view {view} at one place ({what}), and the later name wins",
                    f"{above.addon}: {upper} and {below.addon}: {lower}",
                    path,
                    remedy=_REMEDY,
                    blocking=said is not None,
                )


def _changes(part: Part) -> Iterator[tuple[tuple[str, str, str], str, str | None]]:
    """Give the changes of a part by path: which attribute they set, or where at the element they put something."""
    try:
        declared = list(read_source(ViewSource(part.addon, part.root, part.uses, part.inside)))
    except ViewError:
        return  # told with the faults of views
    for one in declared:
        view = full_name(one.element.get("view") or "", part.addon)
        for change in children_of(one.element) if one.kind == "extend" else ():
            path, position = change.get("path") or "", change.get("position") or ""
            if position == "attributes":
                for attribute in children_of(change):
                    what = f"attribute {attribute.get('name')}"
                    yield (view, path, what), str(place_of(change)), attribute.get("value") or ""
            elif change.tag == "at" and position != "inside":
                yield (view, path, position), str(place_of(change)), None


def _answers(composition: Composition) -> Iterator[Conflict]:
    parts = {str(part): part for part in composition.addons.parts}
    for row in composition.hooks.table():
        plain = [(parts[who], place) for who, place, ordered in row.answers if not ordered]
        for (one, first), (other, second) in combinations(plain if row.spec.firstresult else (), 2):
            if independent(one, other):
                yield Conflict(
                    "conflicts.answer",
                    (one.addon, other.addon),
                    f"both answer the hook {row.spec.name}, of which only the first answer counts",
                    f"{second} and {first}",
                    row.spec.name,
                    remedy="mark the one that is to be asked first with @hookimpl(tryfirst=True), or the other with "
                    "trylast=True, and answer None where it is not meant",
                    blocking=False,
                )
