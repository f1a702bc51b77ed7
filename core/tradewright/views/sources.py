"""The view files of an addon set, in the order in which they apply: dependencies first, ties by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tradewright.views.errors import Place, near_or_all, view_error
from tradewright.views.merge import Extension
from tradewright.views.reader import children_of, place_of, read_views
from tradewright.views.schema import VIEWS

_TOP = (*VIEWS, "menu", "extend")


@dataclass(frozen=True, slots=True)
class ViewSource:
    """A folder of an addon, or of an active bridge in it, that may hold `views/`.

    `package` is the addon's package folder, `inside` the bridge's folder below it ("" for the addon itself), `uses` the
    addons whose models and views it may name: itself, what it depends on, and in a bridge the other addon with its
    dependencies.
    """

    addon: str
    package: Path
    uses: frozenset[str]
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """An element at the top of a view file, with the source it came from."""

    element: etree._Element
    source: ViewSource

    @property
    def kind(self) -> str:
        """Return its tag."""
        return str(self.element.tag)

    @property
    def place(self) -> Place:
        """Return where it was written."""
        return place_of(self.element)

    @property
    def id(self) -> str:
        """Return its full id, `addon.id`."""
        return f"{self.source.addon}.{self.element.get('id')}"


def read_source(source: ViewSource) -> Iterator[Declared]:
    """Read the view files of one source: views before extensions, files by name."""
    folder = source.package / source.inside / "views"
    for file in (*sorted(folder.glob("*.xml")), *sorted((folder / "extends").glob("*.xml"))):
        name = file.relative_to(source.package).as_posix()
        yield from _top_elements(read_views(file.read_bytes(), source.addon, name), source)


def _top_elements(root: etree._Element, source: ViewSource) -> Iterator[Declared]:
    elements = list(children_of(root)) if root.tag == "views" else [root]
    for element in elements:
        if element.tag not in _TOP:
            raise view_error(
                "views.element",
                "unknown element in a view file",
                place_of(element),
                value=str(element.tag),
                near=near_or_all(str(element.tag), _TOP),
                remedy=f"use {', '.join(_TOP)}, or <views> around several",
            )
        yield Declared(element, source)


def full_name(name: str, addon: str) -> str:
    """Return the name with its addon: `Order` in sale is `sale.Order`."""
    return name if "." in name else f"{addon}.{name}"


def extensions_by_view(declared: Iterable[Declared], views: dict[str, Declared]) -> dict[str, list[Extension]]:
    """Group the extensions by the view they change, keeping their order."""
    found: dict[str, list[Extension]] = {}
    for one in declared:
        if one.kind != "extend":
            continue
        target = full_name(one.element.get("view") or "", one.source.addon)
        if target not in views:
            raise view_error(
                "views.reference",
                "the extended view does not exist in this addon set",
                one.place,
                value=target,
                near=near_or_all(target, views),
                remedy="name an existing view; one of an addon that may be missing is extended in bridges/<addon>/",
            )
        owner = target.partition(".")[0]
        if owner not in one.source.uses:
            raise view_error(
                "views.dependency",
                f"{one.source.addon} does not depend on {owner}, whose view it extends",
                one.place,
                value=target,
                near=sorted(one.source.uses),
                remedy=f"add {owner} to depends in addon.toml, or move the file to bridges/{owner}/views/extends/",
            )
        found.setdefault(target, []).append(Extension(target, one.element))
    return found
