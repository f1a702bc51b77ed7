"""Pages: a template, plain values, and what other addons add to it.

A record never reaches a template: it could be walked to what its reader may not see. `page()` looks at every value and
refuses records, wherever they are hidden.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup
from pydantic import BaseModel

from tradewright.base import DeveloperError, nearest
from tradewright.i18n import Text
from tradewright.orm import Model
from tradewright.web.response import Response

if TYPE_CHECKING:
    from tradewright.addons import Part
    from tradewright.i18n import Catalog
    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.urls import Urls

MAX_DEPTH = 20
_PLAIN = frozenset({str, int, float, bool, type(None), Decimal, date, datetime, time, timedelta, Markup, bytes, range})

Contribution = Callable[["Env", "Page"], Mapping[str, Any]]
C = TypeVar("C", bound=Contribution)


@dataclass(frozen=True, slots=True)
class Extension:
    """A function that adds to pages; see `extends_page` for the targets."""

    target: str
    function: Contribution
    module: str

    def matches(self, endpoint: str, rule: str, template: str) -> bool:
        """Tell whether the function adds to a page."""
        if self.target.endswith(".html"):
            return self.target == template
        if self.target.endswith("*"):
            return (rule if self.target.startswith("/") else endpoint).startswith(self.target[:-1])
        return self.target == endpoint

    @property
    def where(self) -> str:
        """Where the function stands, for error messages."""
        return f"{self.module}:{self.function.__code__.co_firstlineno} ({self.function.__name__})"


_declared: dict[tuple[str, str, str], Extension] = {}


def extends_page(*targets: str) -> Callable[[C], C]:
    """Declare a function `(env, page) -> dict` whose values the page has as `page.<key>`.

    A target is a template, whichever route shows it (`"portal/home.html"`), an endpoint (`"b2b_portal.home"`), all of
    an addon (`"b2b_portal.*"`), all below a path (`"/portal/*"`) or every page (`"*"`). Who overrides a template takes
    the template. Lists under one key are joined (navigation, cards); any other key may be given only once.
    """

    def declare(function: C) -> C:
        for target in targets:
            made = Extension(target, function, function.__module__)
            _declared[function.__module__, function.__qualname__, target] = made
        return function

    return declare


class Extensions:
    """The page extensions of one addon set, in dependency order."""

    def __init__(self, parts: Sequence[Part], urls: Urls, templates: Collection[str]) -> None:
        self._all: list[Extension] = []
        self._known: dict[tuple[str, str], tuple[Extension, ...]] = {}
        packages = ["tradewright.web.pages", "tradewright.web.office", *(f"{part.package}.web" for part in parts)]
        for package in dict.fromkeys(packages):
            for extension in _declared.values():
                inside = extension.module == package or extension.module.startswith(f"{package}.")
                if inside and extension.module in sys.modules:
                    _check_target(extension, urls, templates)
                    self._all.append(extension)
        self._urls = urls

    def of(self, endpoint: str, template: str) -> tuple[Extension, ...]:
        """Return what adds to a template that an endpoint shows."""
        found = self._known.get((endpoint, template))
        if found is None:
            known = self._urls.endpoints.get(endpoint)
            rule = known.route.rule if known else ""
            found = tuple(one for one in self._all if one.matches(endpoint, rule, template))
            self._known[endpoint, template] = found
        return found


def _check_target(extension: Extension, urls: Urls, templates: Collection[str]) -> None:
    target = extension.target
    known: Collection[str] = templates if target.endswith(".html") else urls.endpoints
    if not target.endswith("*") and target not in known:
        raise DeveloperError(
            "web.no-page",
            "A function adds to a page that no enabled addon has.",
            where=extension.where,
            value=target,
            near=nearest(target, known),
            remedy="Name a template, or an endpoint as <addon>.<function>; or move the function to a bridge.",
        )


class Page:
    """What the frame around a page shows, what extensions added, and the values of the handler, as attributes.

    `env`, `request` and `values` are for extensions; in a template the attributes that nobody gave are undefined.
    """

    def __init__(self, env: Env, request: Request, name: str, values: Mapping[str, Any]) -> None:
        self.env = env
        self.request = request
        self.name = name
        self.values = values
        self.added: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        added: dict[str, Any] = self.__dict__["added"]
        if name in added:
            return added[name]
        if name in self.__dict__["values"]:
            return self.__dict__["values"][name]
        raise AttributeError(name)

    def take(self, more: Mapping[str, Any], where: str) -> None:
        """Add values; lists of one key are joined, anything else must be new."""
        for key, value in more.items():
            present = self.added.get(key)
            if present is None:
                self.added[key] = list(value) if isinstance(value, list) else value
            elif isinstance(present, list) and isinstance(value, list):
                present.extend(value)
            else:
                raise DeveloperError(
                    "web.page-value-twice",
                    "Two functions give a page the same value.",
                    where=where,
                    value=key,
                    remedy="Choose another key; only lists are joined.",
                )


def page(
    env: Env, request: Request, template: str, /, *, status: int = 200, name: str | None = None, **values: Any
) -> Response:
    """Answer with a rendered template.

    `values` are plain: texts, numbers, dates, lists, dicts, dataclasses; a record in them is a `DeveloperError`.
    `name` is the endpoint whose extensions apply (that of the route by default). `title` and `crumbs` reach the frame.
    """
    website = request.website
    catalog: Catalog = env.site.catalog(env.language)
    shown = {key: plain(value, key, catalog) for key, value in values.items()}
    made = Page(env, request, name or request.endpoint, shown)
    for extension in website.extensions.of(made.name, template):
        more = extension.function(env, made)
        where = extension.where
        made.take({key: plain(value, f"{where} {key}", catalog) for key, value in more.items()}, where)
    body = website.render(env, request, template, made, shown)
    return Response(body, status=status, content_type="text/html; charset=utf-8")


def plain(value: Any, where: str, catalog: Catalog, depth: int = 0) -> Any:
    """Return the value if it is plain all through, its texts in the reader's language.

    A `DeveloperError` names the place of a record or of another thing that templates do not get.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is Text:
        return value.translate(catalog)
    if depth > MAX_DEPTH:
        raise _refused(value, where, "is nested too deeply")
    if kind is dict:
        return _plain_dict(value, where, catalog, depth)
    if kind is list or kind is tuple:
        found = [
            inner if type(inner) in _PLAIN else plain(inner, f"{where}[{place}]", catalog, depth + 1)
            for place, inner in enumerate(value)
        ]
        return found if kind is list else tuple(found)
    return _plain_object(value, where, catalog, depth)


def _plain_dict(value: dict[Any, Any], where: str, catalog: Catalog, depth: int) -> dict[Any, Any]:
    return {
        key: inner if type(inner) in _PLAIN else plain(inner, f"{where}.{key}", catalog, depth + 1)
        for key, inner in value.items()
    }


def _plain_object(value: Any, where: str, catalog: Catalog, depth: int) -> Any:
    if isinstance(value, Model):
        raise _refused(value, where, "is a record")
    if isinstance(value, str | Enum | int | date | Decimal):
        return value
    # Texts inside these stay as they are and are translated where they are shown.
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            plain(getattr(value, field.name), f"{where}.{field.name}", catalog, depth + 1)
        return value
    if isinstance(value, BaseModel):
        for key, inner in value:
            plain(inner, f"{where}.{key}", catalog, depth + 1)
        return value
    if isinstance(value, Mapping):
        return _plain_dict(dict(value), where, catalog, depth)
    if isinstance(value, set | frozenset | tuple | list):
        for inner in value:
            plain(inner, f"{where}[]", catalog, depth + 1)
        return value
    raise _refused(value, where, "is no plain value")


def _refused(value: Any, where: str, why: str) -> DeveloperError:
    return DeveloperError(
        "web.not-plain",
        f"A value for a template {why}: templates get texts, numbers, dates, lists, dicts and dataclasses.",
        where=where,
        value=type(value).__name__,
        remedy="Copy the fields that the page shows into a dict or a frozen dataclass.",
    )
