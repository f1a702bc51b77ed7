"""The frame of every back-office page: company, menu, search. Pages of addons below `/office/` get it too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.web.office import urls
from tradewright.web.office.context import Office, readable
from tradewright.web.page import Page, extends_page
from tradewright.web.website import website_of

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.views import MenuItem


@extends_page("/office*")
def frame(env: Env, page: Page) -> dict[str, Any]:
    """Return what the office layout shows around a page. `at` among its values names the view it belongs to."""
    office = Office(env)
    return {
        "company": {"name": readable(lambda: env.company.name) or "Tradewright", "href": urls.HOME},
        "here": page.request.here,
        "menu": menu(office, str(page.values.get("at", "")), page.request.path),
        "search": {
            "url": urls.SEARCH,
            "value": str(page.values.get("searched", "")),
            "placeholder": env.t(_("Search everything")),
            "attrs": {
                "hx-get": urls.SEARCH,
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#palette",
                "hx-swap": "innerHTML",
                "aria-controls": "palette",
            },
        },
    }


def menu(office: Office, at: str, path: str) -> list[dict[str, Any]]:
    """Return the menu as the actor may use it; an area without entries is left out."""
    found = [entry for item in office.views.menu if (entry := _entry(office, item, at, path))]
    home: dict[str, Any] = {"label": office.env.t(_("Home")), "icon": "house", "url": urls.HOME, "items": []}
    home["active"] = path.rstrip("/") == urls.HOME
    return [home, *found]


def entries(office: Office) -> Iterator[tuple[MenuItem, str]]:
    """Yield the entries of the menu that the actor may open, each with its address."""
    yield from _usable(office, office.views.menu)


def _usable(office: Office, items: tuple[MenuItem, ...]) -> Iterator[tuple[MenuItem, str]]:
    for item in items:
        if office.holds_role(item.roles):
            address = address_of(office, item)
            if address:
                yield item, address
            yield from _usable(office, item.children)


def address_of(office: Office, item: MenuItem) -> str:
    """Return where a menu entry leads, "" where it only holds others or the actor may not open it."""
    if item.view:
        if not office.may("read", item.model):
            return ""
        default = office.views.defaults.get(("list", item.model))
        return urls.records(
            item.model,
            {"view": item.view if item.view != default else None, "filter": item.filter.split() or None},
        )
    if item.endpoint:
        website = website_of(office.env)
        endpoint = website.urls.endpoints.get(item.endpoint)
        admitted = endpoint is None or endpoint.route.access.admits(office.env.actor)
        return website.urls.build(item.endpoint, {}) if admitted else ""
    return ""


def _entry(office: Office, item: MenuItem, at: str, path: str) -> dict[str, Any] | None:
    if not office.holds_role(item.roles):
        return None
    address = address_of(office, item)
    active = bool(item.view and item.view == at) or bool(item.endpoint and address == path)
    if not item.children:
        if not address:
            return None
        return {
            "label": office.env.t(item.label),
            "icon": item.icon or "folder",
            "url": address,
            "items": [],
            "active": active,
        }
    inner = [
        {"label": office.env.t(child.label), "url": where, "active": _is_at(child, where, at, path)}
        for child, where in _usable(office, item.children)
    ]
    if not inner:
        return None
    return {
        "label": office.env.t(item.label),
        "icon": item.icon or "folder",
        "items": inner,
        "active": any(entry["active"] for entry in inner),
    }


def _is_at(item: MenuItem, address: str, at: str, path: str) -> bool:
    return item.view == at if item.view else address == path
