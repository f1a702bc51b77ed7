"""Changing the addons of the site, for administrators: a plan is shown, and exactly that plan is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from tradewright.base import DeveloperError, NotFound
from tradewright.i18n import Text, _, _n
from tradewright.orm.actor import ANONYMOUS
from tradewright.web.forms import Form, Query
from tradewright.web.office.addons import ADMIN, fault_data
from tradewright.web.page import page
from tradewright.web.routes import route
from tradewright.web.website import url_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.response import Response
    from tradewright.web.website import Site

Data = dict[str, Any]
Action = Literal["install", "upgrade", "uninstall"]
SECONDS_TO_RELOAD = 5
"""By then the processes of the server have noticed that the addons changed, and serve the new ones."""

_WHATS: dict[str, tuple[Text, str]] = {
    "install": (_("New"), "success"),
    "bring back": (_("Comes back with its data"), "success"),
    "upgrade": (_("Upgraded"), "info"),
    "uninstall": (_("Goes, its data is kept aside"), "warning"),
}
_PROBLEMS: dict[str, Text] = {
    "lifecycle.busy": _("Somebody else is changing the addons of this site now. Look at the plan again in a moment."),
    "lifecycle.plan-changed": _(
        "The plan is another one by now, so nothing was done. This is how it looks at present."
    ),
    "lifecycle.loss": _("Nothing was done: tick what may be lost, or leave everything as it is."),
    "lifecycle.refused": _("Nothing was done: something stands against it, see below."),
}


class ChangeQuery(Query):
    """What is to be done with the addon."""

    action: Action


class ChangeForm(Form):
    """The plan that was looked at, by its mark, and what of its losses is accepted."""

    action: Action
    mark: Annotated[str, Field(max_length=16)]
    lose: Annotated[list[str], Field(max_length=200)] = []


class LifeCycle(Protocol):
    """What plans and applies changes to the addons of a site; the composition root provides it."""

    def plan_install(self, *names: str) -> Any:
        """Plan to install addons."""
        ...

    def plan_upgrade(self) -> Any:
        """Plan to upgrade the site."""
        ...

    def plan_uninstall(self, *names: str) -> Any:
        """Plan to uninstall addons."""
        ...

    def apply(self, plan: Any, *, lose: Sequence[str] = ()) -> Any:
        """Do what the plan says."""
        ...


@route("/office/addons/<name>/change", access=ADMIN, query=ChangeQuery)
def addon_change(env: Env, request: Request, query: ChangeQuery, name: str) -> Response:
    """Show what an install, upgrade or uninstall would do; nothing is done."""
    return _shown(env, request, query.action, name)


@route("/office/addons/<name>/change", methods=("POST",), access=ADMIN, form=ChangeForm, own_transaction=True)
def apply_addon_change(site: Site, request: Request, form: ChangeForm, name: str) -> Response:
    """Do what the plan said, if it is still the same plan."""
    plan: Any = None
    problem: DeveloperError | None = None
    try:
        plan = _applied(_cycle(site), form, name)
    except DeveloperError as fault:
        problem = fault
    language = request.website.language_of(request)
    with site.env(request.actor or ANONYMOUS, readonly=True, language=language) as env:
        if problem is not None:
            return _shown(env, request, form.action, name, problem)
        response = page(
            env,
            request,
            "office/addon_changed.html",
            title=env.t(_("Addons")),
            addons=_addons(env, plan),
            next=url_for(env, "office.addons"),
        )
        response.headers["Refresh"] = f"{SECONDS_TO_RELOAD}; url={url_for(env, 'office.addons')}"
        return response


def _applied(cycle: LifeCycle, form: ChangeForm, name: str) -> Any:
    plan = _plan(cycle, form.action, name)
    if plan.mark != form.mark:
        raise DeveloperError("lifecycle.plan-changed", "the plan is not what it was when it was shown")
    cycle.apply(plan, lose=form.lose)
    return plan


def _cycle(site: Any) -> LifeCycle:
    if site.life_cycle is None:
        raise NotFound("office.no-life-cycle", _("The addons of this site can't be changed here."))
    cycle: LifeCycle = site.life_cycle()
    return cycle


def _plan(cycle: LifeCycle, action: Action, name: str) -> Any:
    if action == "upgrade":
        return cycle.plan_upgrade()
    return cycle.plan_install(name) if action == "install" else cycle.plan_uninstall(name)


def _shown(env: Env, request: Request, action: Action, name: str, problem: DeveloperError | None = None) -> Response:
    plan: Any = None
    faults: list[DeveloperError] = []
    try:
        plan = _plan(_cycle(env.site), action, name)
    except DeveloperError as fault:
        faults.append(fault)
    known = problem is not None and problem.code in _PROBLEMS
    if problem is not None and not known:
        faults.append(problem)
    title = _title(action, name)
    return page(
        env,
        request,
        "office/addon_change.html",
        status=409 if problem is not None else 200,
        title=env.t(title),
        crumbs=[
            {"label": env.t(_("Addons")), "url": url_for(env, "office.addons")},
            {"label": name, "url": url_for(env, "office.addon", name=name)},
            {"label": env.t(title), "url": ""},
        ],
        action=action,
        problem=env.t(_PROBLEMS[problem.code]) if problem is not None and known else "",
        faults=[fault_data(fault) for fault in faults],
        plan=_data(env, plan) if plan is not None else None,
        back=url_for(env, "office.addon", name=name),
        address=url_for(env, "office.apply_addon_change", name=name),
    )


def _title(action: Action, name: str) -> Text:
    if action == "upgrade":
        return _("Upgrade the site")
    return _("Install {addon}", addon=name) if action == "install" else _("Uninstall {addon}", addon=name)


def _data(env: Env, plan: Any) -> Data:
    """Return what the page shows of a plan."""
    count, rows = len(plan.statements), plan.rows
    size = _n("{n} statement in one transaction", "{n} statements in one transaction", count)
    touched = _n("{n} row is in the tables that change", "{n} rows are in the tables that change", rows)
    return {
        "mark": plan.mark,
        "empty": not plan,
        "addons": _addons(env, plan),
        "size": f"{env.t(size)}, {env.t(touched)}",
        "brings": [_brought(env, one) for one in plan.brings],
        "losses": [{"name": one.name, "rows": env.format.number(one.rows), "why": one.why} for one in plan.losses],
        "obstacles": [_obstacle(one) for one in plan.obstacles if one.blocking],
        "notes": [_obstacle(one) for one in plan.obstacles if not one.blocking],
        "migrations": [
            (one.revision, one.says, env.format.number(one.rows) if one.rows else "") for one in plan.migrations
        ],
        "locks": [
            (env.t(_("The whole file")) if one.table == "*" else one.table, one.lock, env.format.number(one.rows))
            for one in plan.locks
        ],
        "data": [(one.file, env.format.number(one.records)) for one in plan.data],
        "steps": [{"says": one.says, "sql": ";\n".join(one.sql)} for one in plan.steps],
        "scripts": ";\n".join(plan.scripts),
    }


def _addons(env: Env, plan: Any) -> list[Data]:
    found = []
    for one in plan.addons:
        if one.what != "stay":
            label, tone = _WHATS[one.what]
            versions = " → ".join(version for version in (one.before, one.after) if version)
            found.append(
                {
                    "name": one.name,
                    "summary": env.t(Text(one.summary)),
                    "version": versions,
                    "what": env.t(label),
                    "tone": tone,
                }
            )
    return found


def _brought(env: Env, one: Any) -> Data:
    said = (
        (_("Roles"), one.roles),
        (_("Records"), one.models),
        (_("Pages"), one.routes),
        (_("Jobs"), one.jobs),
        (_("Outside hosts"), one.hosts),
    )
    return {"addon": one.addon, "facts": [(env.t(label), ", ".join(names)) for label, names in said if names]}


def _obstacle(one: Any) -> Data:
    facts = (("addon", one.addon), ("where", one.where), ("value", one.value), ("remedy", one.remedy))
    return {"code": one.code, "problem": one.says, "facts": [(name, text) for name, text in facts if text]}
