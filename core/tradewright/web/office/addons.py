"""The addons of the site, for administrators: what is installed, in which version, what is set aside and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from tradewright.addons.states import AddonState, State, addon_states
from tradewright.base import NotFound
from tradewright.i18n import Text, _
from tradewright.orm import select
from tradewright.registry.models import InstalledAddon
from tradewright.registry.troubles import AddonTrouble
from tradewright.web.page import page
from tradewright.web.routes import route
from tradewright.web.website import url_for

if TYPE_CHECKING:
    from tradewright.addons import AddonSet, Discovery
    from tradewright.base import DeveloperError
    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.response import Response

Data = dict[str, Any]
ADMIN = ("core.admin",)
MOST_TROUBLES = 20

_STATES: dict[State, tuple[Text, str]] = {
    "running": (_("Installed"), "success"),
    "to install": (_("To be installed"), "warning"),
    "to upgrade": (_("To be upgraded"), "warning"),
    "too old": (_("Older than its data"), "danger"),
    "aside": (_("Set aside"), "danger"),
    "broken": (_("Broken"), "warning"),
    "off": (_("Not loaded"), ""),
    "missing": (_("Not found"), "danger"),
    "available": (_("Not installed"), ""),
}
_SENTENCES: dict[State, Text] = {
    "to install": _("The site lacks its tables. Have it installed with the command tradewright addon install."),
    "to upgrade": _("Its data is of an older version. Have the site upgraded with tradewright addon upgrade."),
    "too old": _("Its data is of a newer version than its code. Have the newer version put back on the server."),
    "aside": _("It can't be loaded, so the site runs without it. Its data is kept. Pass on what is told below."),
    "broken": _("It can't be loaded, so it can't be installed. Pass on what is told below to whoever maintains it."),
    "off": _("The site has its data, and does not load it: the settings leave it out, or this is safe mode."),
    "missing": _("The site has its data, and its code is not on the server. Have it put back, or have it uninstalled."),
    "available": _("It is on the server, and this site does not have it."),
}
_ON_SITE = frozenset({"running", "to install", "to upgrade", "too old", "aside", "off", "missing"})
_WRONG = frozenset({"to install", "to upgrade", "too old", "aside", "missing"})


class _Composition(Protocol):
    addons: AddonSet
    discovery: Discovery
    safe: bool
    view_faults: Sequence[DeveloperError]


@route("/office/addons", access=ADMIN)
def addons(env: Env, request: Request) -> Response:
    """List all addons: those of the site, the ones in trouble first, then those that could be installed."""
    composition, installed = _composition(env), _installed(env)
    states = [one for one in _states(composition, installed) if one.name != "core"]
    here = sorted((one for one in states if one.state in _ON_SITE), key=_urgency)
    return page(
        env,
        request,
        "office/addons.html",
        title=env.t(_("Addons")),
        safe=composition.safe,
        wrong=sum(one.state in _WRONG for one in here),
        here=[_row(env, one) for one in here],
        there=[_row(env, one) for one in states if one.state not in _ON_SITE],
        faults=[fault_data(fault) for fault in composition.discovery.problems if not fault.addon],
    )


@route("/office/addons/<name>", access=ADMIN)
def addon(env: Env, request: Request, name: str) -> Response:
    """Show one addon: how it is, what is wrong with it, what it needs and what it brings."""
    composition, installed = _composition(env), _installed(env)
    found = next((one for one in _states(composition, installed) if one.name == name), None)
    if found is None:
        raise NotFound("office.no-addon", _("There is no such addon. Choose one in the list of addons."))
    label, tone = _STATES[found.state]
    faults = [found.fault] if found.fault is not None else []
    faults += [fault for fault in composition.view_faults if fault.addon == name]
    return page(
        env,
        request,
        "office/addon.html",
        title=name,
        crumbs=[
            {"label": env.t(_("Addons")), "url": url_for(env, "office.addons")},
            {"label": name, "url": ""},
        ],
        lead=env.t(found.summary),
        state={"label": env.t(label), "tone": tone},
        sentence=env.t(_SENTENCES[found.state]) if found.state in _SENTENCES else "",
        facts=_facts(env, found, installed.get(name)),
        needs=[_link(env, one) for one in found.depends if one != "core"],
        needed_by=[_link(env, one) for one in found.needed_by],
        brings=_brings(env, found),
        faults=[fault_data(fault) for fault in faults],
        troubles=_troubles(env, name),
        actions=_actions(env, found),
    )


def _actions(env: Env, one: AddonState) -> list[Data]:
    """Return what can be done with the addon here; each leads to a plan, which changes nothing yet."""
    site: Any = env.site
    if site.life_cycle is None or one.name == "core":
        return []
    labels = {"install": _("Install…"), "upgrade": _("Upgrade the site…"), "uninstall": _("Uninstall…")}
    offered = {
        "available": ("install",),
        "to install": ("upgrade",),
        "to upgrade": ("upgrade", "uninstall"),
        "running": ("uninstall",),
        "aside": ("uninstall",),
        "off": ("uninstall",),
        "missing": ("uninstall",),
    }
    here = url_for(env, "office.addon_change", name=one.name)
    return [
        {"label": env.t(labels[action]), "url": f"{here}?action={action}", "primary": action != "uninstall"}
        for action in offered.get(one.state, ())
    ]


def _urgency(one: AddonState) -> int:
    """Put the addons with a fault of their own first, then those that fell with them, then the sound ones."""
    if one.state not in _WRONG:
        return 2
    return int(one.fault is not None and one.fault.code == "addons.set-aside")


def _composition(env: Env) -> _Composition:
    site: Any = env.site
    return cast("_Composition", site.composition)


def _installed(env: Env) -> dict[str, InstalledAddon]:
    return {row.name: row for row in env.scalars(select(env[InstalledAddon]))}


def _states(composition: _Composition, installed: Mapping[str, InstalledAddon]) -> tuple[AddonState, ...]:
    versions = {name: row.installed_version for name, row in installed.items()}
    return addon_states(composition.addons, composition.discovery, versions)


def _row(env: Env, one: AddonState) -> Data:
    label, tone = _STATES[one.state]
    return {**_link(env, one.name), "summary": env.t(one.summary), "version": _versions(env, one)} | {
        "state": env.t(label),
        "tone": tone,
    }


def _link(env: Env, name: str) -> Data:
    return {"name": name, "href": url_for(env, "office.addon", name=name)}


def _versions(env: Env, one: AddonState) -> str:
    if one.found and one.installed and one.found != one.installed:
        return env.t(_("{code}, data of {data}", code=one.found, data=one.installed))
    return one.found or one.installed or ""


def _facts(env: Env, one: AddonState, row: InstalledAddon | None) -> list[tuple[str, str]]:
    t = env.t
    return [
        (t(_("Version of the code")), one.found or ""),
        (t(_("Version of the data")), one.installed or ""),
        (t(_("Installed")), env.format.datetime(row.installed_at) if row is not None else ""),
        (t(_("Category")), t(one.addon.manifest.category) if one.addon is not None else ""),
    ]


def _brings(env: Env, one: AddonState) -> list[tuple[str, str]]:
    """Tell what a loaded addon adds to the site, as lists of words."""
    models = [env.t(info.plural) for info in env.site.registry.models.values() if info.addon == one.name]
    roles = [env.t(role.label) for role in (one.addon.manifest.roles if one.addon is not None else ())]
    hosts = one.addon.manifest.hosts if one.addon is not None else ()
    said = ((_("Records"), models), (_("Roles"), roles), (_("Outside hosts"), hosts))
    return [(env.t(label), ", ".join(words)) for label, words in said if words]


def fault_data(fault: DeveloperError) -> Data:
    """Return what a developer needs to know; it is in English, as all that is written for developers."""
    facts = (
        ("where", fault.where),
        ("value", fault.value),
        ("nearest", ", ".join(fault.near)),
        ("remedy", fault.remedy),
    )
    return {
        "code": fault.code,
        "problem": fault.problem,
        "facts": [(name, str(value)) for name, value in facts if value not in {None, ""}],
    }


def _troubles(env: Env, name: str) -> list[Data]:
    model = env[AddonTrouble]
    kinds = dict(env.site.registry.models["core.AddonTrouble"].fields["kind"].choices)
    found = env.scalars(select(model).where(model.addon == name).order_by(model.last_at.desc()).limit(MOST_TROUBLES))
    return [
        {
            "hook": row.hook,
            "kind": env.t(kinds[row.kind]),
            "times": env.format.number(row.times),
            "last": env.format.datetime(row.last_at),
            "detail": row.detail,
        }
        for row in found
    ]
