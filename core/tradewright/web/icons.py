"""Lucide's icons as inline SVG, rebuilt from the few elements and attributes that a drawing needs."""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path
from threading import Lock
from zipfile import ZipFile

from markupsafe import Markup, escape

from tradewright.base import DeveloperError, nearest

_ELEMENT = re.compile(r"<(path|circle|rect|line|ellipse|polyline|polygon)((?:\s+[a-z][a-z0-9-]*=\"[^\"<>&]*\")*)\s*/>")
_ATTRIBUTE = re.compile(r"\s+(d|cx|cy|r|rx|ry|x|y|x1|y1|x2|y2|width|height|points|fill)=\"([^\"<>&]*)\"")
_LOCK = Lock()


class _Book:
    """The archive of drawings, opened at the first icon and kept open: its directory takes 10 ms to read."""

    def __init__(self) -> None:
        self._archive: ZipFile | None = None

    def drawing(self, name: str) -> str:
        with _LOCK:
            if self._archive is None:
                spec = importlib.util.find_spec("lucide")
                folder = (spec.submodule_search_locations or [""])[0] if spec else ""
                self._archive = ZipFile(Path(folder) / "lucide.zip")
            try:
                return self._archive.read(f"{name}.svg").decode("utf-8")
            except KeyError:
                names = [entry.removesuffix(".svg") for entry in self._archive.namelist()]
        raise DeveloperError(
            "web.no-icon",
            "Lucide has no icon of this name.",
            value=name,
            near=nearest(name, names),
            remedy="See https://lucide.dev/icons for the names.",
        )


_BOOK = _Book()


@lru_cache(maxsize=2048)
def icon(name: str, title: str | None = None, size: int | None = None, css: str = "") -> Markup:
    """Return an icon as inline SVG; without a title it is decoration, hidden from screen readers."""
    shapes = "".join(
        f"<{element}{''.join(f' {key}={chr(34)}{value}{chr(34)}' for key, value in _ATTRIBUTE.findall(attributes))}/>"
        for element, attributes in _ELEMENT.findall(_BOOK.drawing(name))
    )
    told = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    label = f"<title>{escape(title)}</title>" if title else ""
    side = str(size or 24)
    return Markup(  # noqa: S704  built here from listed elements and attributes only
        f'<svg class="icon{f" {escape(css)}" if css else ""}" width="{side}" height="{side}" viewBox="0 0 24 24" '
        'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
        f'focusable="false" {told}>{label}{shapes}</svg>'
    )
