"""Addon sets made of text, and the models they are held against."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lxml import etree

from tests.views import shop
from tradewright.orm.info import ModelInfo
from tradewright.registry import Registry, Unit, compose
from tradewright.views import ViewSet, ViewSource, build_views
from tradewright.views.reader import read_views


@cache
def shop_registry() -> Registry:
    """Return the composed models of the shop."""
    return compose([Unit("shop", shop.__name__)])


def shop_models() -> Mapping[str, ModelInfo]:
    """Return the shop's models by name."""
    return shop_registry().models


def addon(root: Path, name: str, files: Mapping[str, str], *, uses: Iterable[str] = (), inside: str = "") -> ViewSource:
    """Write view files (by their path below the package) and return them as a source."""
    for file, content in files.items():
        path = root / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return ViewSource(name, root / name, frozenset({name, *uses}), inside)


def build(*sources: ViewSource, roles: Iterable[str] | None = None) -> ViewSet:
    """Build the views of sources over the shop's models."""
    return build_views(shop_models(), sources, roles=None if roles is None else set(roles))


def parse(text: str, name: str = "shop", file: str = "views/test.xml") -> etree._Element:
    """Parse one view file."""
    return read_views(text.encode(), name, file)


def plain(element: etree._Element) -> str:
    """Return an element as XML without the private attributes."""
    copy = etree.fromstring(etree.tostring(element))
    for one in copy.iter("*"):
        for key in [str(key) for key in one.attrib if str(key).startswith("{")]:
            del one.attrib[key]
    etree.cleanup_namespaces(copy)
    return etree.tostring(copy, encoding="unicode")
