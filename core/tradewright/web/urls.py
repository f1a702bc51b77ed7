"""The URL map of an addon set: the routes of the core, of the enabled addons and of their active bridges.

Composed once, shared by all sites that have the set. What two declarations could both answer is an error, with both
places; so is a role that no enabled addon has.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule

from tradewright.base import DeveloperError, nearest
from tradewright.web.access import Access
from tradewright.web.fields import MAX_ID
from tradewright.web.routes import Route, routes_in

if TYPE_CHECKING:
    from tradewright.addons import Part

_VARIABLE = re.compile(r"<(?:[a-zA-Z_]+(?:\([^)]*\))?:)?([a-zA-Z_][a-zA-Z0-9_]*)>")
CORE_PACKAGES = (("core", "tradewright.web.pages"), ("office", "tradewright.web.office"))


class _Text(BaseConverter):
    """One part of a path, bounded, without control signs."""

    regex = r"[^/\x00-\x1f\x7f\ufffd]{1,200}"
    part_isolating = True


class _Id(BaseConverter):
    """A database id: 1 to 2^63-1; anything else is no such page."""

    regex = r"[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            from werkzeug.routing import ValidationError

            raise ValidationError
        return number

    def to_url(self, value: Any) -> str:
        return str(int(value))


class _Path(BaseConverter):
    """The rest of a path, slashes included."""

    regex = r"[^/\x00-\x1f\x7f\ufffd][^\x00-\x1f\x7f\ufffd]{0,400}?"
    weight = 200
    part_isolating = False


_CONVERTERS = {"default": _Text, "string": _Text, "uid": _Text, "int": _Id, "path": _Path}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route in its place: the name it has, the addon it is of."""

    name: str
    addon: str
    route: Route


class Urls:
    """All routes of one addon set, by address and by name."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self.endpoints = {endpoint.name: endpoint for endpoint in endpoints}
        self._builders: dict[str, tuple[tuple[str, bool], ...]] = {}
        rules = [
            Rule(endpoint.route.rule, methods=sorted(endpoint.route.methods), endpoint=endpoint.name)
            for endpoint in self.endpoints.values()
        ]
        self._map = Map(
            rules, converters=_CONVERTERS, strict_slashes=False, merge_slashes=False, redirect_defaults=False
        )
        # One adapter for all requests: it looks at nothing but path and method, and keeps no state.
        self._adapter: MapAdapter = self._map.bind("localhost")
        for endpoint in self.endpoints.values():
            self._builders[endpoint.name] = _parts(endpoint.route.rule)

    def match(self, path: str, method: str) -> tuple[Endpoint, dict[str, Any]]:
        """Return the endpoint and the variables of an address; raises werkzeug's NotFound or MethodNotAllowed."""
        name, values = self._adapter.match(path, method)
        return self.endpoints[name], dict(values)

    def build(self, name: str, values: Mapping[str, Any]) -> str:
        """Return the address of an endpoint, relative to the host; values that are no variables become the query."""
        parts = self._builders.get(name)
        if parts is None:
            raise DeveloperError(
                "web.no-endpoint",
                "No enabled addon has this endpoint.",
                value=name,
                near=nearest(name, self._builders),
                remedy="An endpoint is named <addon>.<function>; link to other addons' pages from a bridge.",
            )
        path: list[str] = []
        used: set[str] = set()
        for text, variable in parts:
            if not variable:
                path.append(text)
                continue
            if values.get(text) in {None, ""}:
                raise DeveloperError(
                    "web.url-variable",
                    "The address needs a value for a variable of its rule.",
                    where=self.endpoints[name].route.where,
                    value=text,
                    near=nearest(text, values),
                    remedy=f'Write url_for("{name}", {text}=...).',
                )
            used.add(text)
            path.append(quote(str(values[text]), safe="/" if text == "path" else ""))
        rest = {key: value for key, value in values.items() if key not in used and value is not None}
        return "".join(path) + (f"?{urlencode(rest, doseq=True)}" if rest else "")


def compose(parts: Iterable[Part], roles: Iterable[str] | None = None) -> Urls:
    """Import the web modules of the parts and compose their routes; raises `DeveloperError` for what cannot be.

    `roles` are the roles of the addon set; a route that names another can never be called and is an error.
    """
    endpoints: dict[str, Endpoint] = {}
    packages = [*CORE_PACKAGES, *((part.addon, f"{part.package}.web") for part in parts if part.addon != "core")]
    for addon, package in packages:
        if not import_all(package):
            continue
        for route in routes_in(package):
            endpoint = Endpoint(f"{addon}.{route.name}", addon, route)
            other = endpoints.get(endpoint.name)
            if other is not None:
                raise _conflict(
                    "web.endpoint-twice", "Two routes have the same name.", endpoint, other, "give one name="
                )
            endpoints[endpoint.name] = endpoint
    _check_conflicts(endpoints.values())
    if roles is not None:
        _check_roles(endpoints.values(), frozenset(roles))
    return Urls(list(endpoints.values()))


def import_all(package: str) -> bool:
    """Import a package and all its modules; tell whether there is one."""
    try:
        if importlib.util.find_spec(package) is None:
            return False
    except ModuleNotFoundError:
        return False
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{package}."):
        importlib.import_module(found.name)
    return True


def _parts(rule: str) -> tuple[tuple[str, bool], ...]:
    found: list[tuple[str, bool]] = []
    place = 0
    for match in _VARIABLE.finditer(rule):
        found += [(rule[place : match.start()], False), (match[1], True)]
        place = match.end()
    found.append((rule[place:], False))
    return tuple((text, variable) for text, variable in found if text)


def _check_conflicts(endpoints: Iterable[Endpoint]) -> None:
    seen: dict[tuple[str, str], Endpoint] = {}
    for endpoint in endpoints:
        shape = _VARIABLE.sub("<>", endpoint.route.rule)
        for method in endpoint.route.methods:
            other = seen.setdefault((shape, method), endpoint)
            if other is not endpoint:
                problem = f"Two routes answer {method} {endpoint.route.rule}."
                raise _conflict("web.route-conflict", problem, endpoint, other, "give one of them another address")


def _conflict(code: str, problem: str, one: Endpoint, other: Endpoint, remedy: str) -> DeveloperError:
    return DeveloperError(
        code,
        problem,
        addon=one.addon,
        where=f"{other.route.where} and {one.route.where}",
        value=one.name,
        remedy=remedy,
    )


def _check_roles(endpoints: Iterable[Endpoint], known: frozenset[str]) -> None:
    for endpoint in endpoints:
        access: Access = endpoint.route.access
        for role in access.roles:
            if role not in known:
                raise DeveloperError(
                    "web.unknown-role",
                    "A route asks for a role that no enabled addon has.",
                    addon=endpoint.addon,
                    where=endpoint.route.where,
                    value=role,
                    near=nearest(role, known),
                    remedy="Name a role as addon.role; for another addon's role the route belongs in a bridge.",
                )
