"""The page of a record: shown, edited, created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import Forbidden
from tradewright.i18n import _
from tradewright.orm import Model, func, select
from tradewright.views import ButtonNode, FigureNode, FormView
from tradewright.views.criteria import TO_ONE
from tradewright.web.access import staff
from tradewright.web.office import urls
from tradewright.web.office.body import Body
from tradewright.web.office.buttons import operation_button
from tradewright.web.office.context import Office
from tradewright.web.office.draft import Draft
from tradewright.web.office.files import may_attach, stored_files
from tradewright.web.office.history import history
from tradewright.web.office.inputs import Refused, parse
from tradewright.web.office.posted import PREFIX, NewQuery, RecordQuery, pack
from tradewright.web.office.values import name_of, new_words, show, show_choice
from tradewright.web.office.widgets import Widgets
from tradewright.web.page import page
from tradewright.web.routes import route
from tradewright.web.tones import tone_of
from tradewright.web.website import website_of

if TYPE_CHECKING:
    from tradewright.orm import Env, ModelInfo
    from tradewright.web.request import Request
    from tradewright.web.response import Response

Data = dict[str, Any]
MOST_STEPS = 9
"""A status with more values than this stands beside the title only."""


@route("/office/<model>/<int:record>", access=staff(), query=RecordQuery)
def show_record(env: Env, request: Request, model: str, record: int, query: RecordQuery) -> Response:
    """Show a record with its operations, figures, lines, history and files."""
    office = Office(env)
    info = office.model(model)
    found: Any = env.one(info.cls, record)
    form = form_for(office, model, query.view)
    draft = Draft(office, form, info, found, is_new=False)
    edit = urls.edit(model, record, {"view": query.view}) if may_edit(draft) else None
    values: Data = {
        **head(office, info, name_of(office, found), query.view),
        "badge": _badge(office, form, found),
        "steps": _steps(office, form, found),
        "buttons": _buttons(draft),
        "figures": [one for node in form.figures if (one := _figure(draft, node))],
        "parts": Body(draft).nodes(form.body),
        "edit": edit,
        "delete": _delete(draft) if form.delete else None,
        "history": history(office, info, found),
        "files": stored_files(office, info, found),
        "attach": urls.attach(model, record) if may_attach(office, info) else None,
    }
    return page(env, request, "office/record.html", **values)


@route("/office/<model>/<int:record>/edit", access=staff(), query=RecordQuery, name="edit_record")
def edit_record(env: Env, request: Request, model: str, record: int, query: RecordQuery) -> Response:
    """Show a record to be changed."""
    office = Office(env)
    info = office.model(model)
    found: Any = env.one(info.cls, record)
    draft = Draft(office, form_for(office, model, query.view), info, found, is_new=False)
    require_editable(draft)
    return page(env, request, "office/edit.html", **edit_page(draft, query.view))


@route("/office/<model>/new", access=staff(), query=NewQuery)
def new_record(env: Env, request: Request, model: str, query: NewQuery) -> Response:
    """Show an empty form, with what a new record begins with."""
    office = Office(env)
    info = office.model(model)
    draft = Draft(office, form_for(office, model, query.view), info, fresh(office, info, query.d), is_new=True)
    require_creatable(draft)
    return page(env, request, "office/edit.html", **edit_page(draft, query.view))


def form_for(office: Office, model: str, view: str) -> FormView:
    """Return the form that a list opens, or the model's own."""
    views = office.views
    source = views.lists.get(view) or views.kanbans.get(view)
    if source is not None and source.model == model and source.form:
        return views.forms[source.form]
    return views.form_for(model)


def fresh(office: Office, info: ModelInfo, given: dict[str, str]) -> Any:
    """Return a new record that no unit of work knows, with its defaults and what the address gives.

    References are set by their column: a record set by its relation would be drawn into the unit of work.
    """
    record: Any = info.cls()
    for name, default in info.env_defaults:
        value = default(office.env)
        field = info.fields.get(name)
        if isinstance(value, Model) and field is not None:
            setattr(record, field.column, value.id)
        elif not isinstance(value, Model):
            setattr(record, name, value)
    for name, text in given.items():
        field = info.fields.get(name)
        if field is None or field.kind in {"secret", "json", "one_to_many", "many_to_many", "computed", "id"}:
            continue
        try:
            value = (
                int(text) if field.kind in TO_ONE and text.isascii() and text.isdigit() else parse(field, text, "en")
            )
        except Refused:
            continue
        setattr(record, field.column, value)
    return record


def may_edit(draft: Draft) -> bool:
    """Tell whether the actor may change the record on this form now."""
    office, form = draft.office, draft.form
    if not form.edit or not office.may("update", draft.info.name):
        return False
    return not office.fixed(draft.info.name, form.readonly, draft.record) and bool(draft.fields or draft.grids)


def require_editable(draft: Draft) -> None:
    """Refuse to change what cannot be changed on this form."""
    if not may_edit(draft):
        raise Forbidden(
            "office.not-editable", _("{what} cannot be changed here.", what=name_of(draft.office, draft.record))
        )


def require_creatable(draft: Draft) -> None:
    """Refuse to create where the form or the actor's rights do not allow it."""
    if not draft.form.create or not draft.office.may("create", draft.info.name):
        raise Forbidden(
            "office.not-creatable", _("Your role does not allow to create this: {what}.", what=draft.info.plural)
        )


def head(office: Office, info: ModelInfo, title: str, view: str) -> Data:
    """Return what the frame shows of a record's page: title, crumbs, the list it belongs to."""
    views = office.views
    shown = views.lists.get(view) or views.kanbans.get(view) or views.list_for(info.name)
    if shown.model != info.name:
        shown = views.list_for(info.name)
    default = views.defaults["list", info.name]
    back = urls.records(info.name, {"view": shown.id if shown.id != default else None})
    return {
        "title": title,
        "at": shown.id,
        "model": info.name,
        "crumbs": [{"label": office.env.t(shown.label), "url": back}, {"label": title}],
        "back": back,
    }


def edit_page(draft: Draft, view: str, *, blank: dict[str, int] | None = None) -> Data:
    """Return what the page of a form shows."""
    office, info = draft.office, draft.info
    widgets = Widgets(draft)
    name = name_of(office, draft.record) if not draft.is_new else new_words(office, info)
    parts = Body(draft, widgets, lambda grid: (blank or {}).get(grid, 1)).nodes(draft.form.body)
    record_id = None if draft.is_new else draft.record.id
    frame = head(office, info, name, view)
    return {
        **frame,
        "parts": parts,
        "datalists": list(widgets.lists.values()),
        "action": urls.new(info.name) if draft.is_new else urls.edit(info.name, draft.record.id),
        "cancel": frame["back"] if draft.is_new else urls.record(info.name, draft.record.id, {"view": view}),
        "version": draft.record.version if info.versioned and not draft.is_new else None,
        "seen": pack(draft.now) if not draft.is_new else "",
        "view": view,
        "is_new": draft.is_new,
        "record_id": record_id,
        "multipart": bool(draft.uploads),
        "problems": problems(draft),
        "conflict": None,
        "notice": None,
    }


def problems(draft: Draft) -> list[Data]:
    """Return the sentences above a refused form, each with the input it is about."""
    t = draft.office.env.t
    labels = {f"{PREFIX}{name}": t(node.label) for name, node in draft.fields.items()}
    for grid, columns in draft.columns.items():
        for place, row in enumerate(draft.rows(grid) if draft.posted is not None else ()):
            line = t(_("Line {number}", number=place + 1))
            labels |= {f"{PREFIX}{grid}-{row.index}-{key}": f"{line}, {t(node.label)}" for key, node in columns.items()}
    found = []
    for name, text in draft.errors.items():
        label = labels.get(name)
        sentence = t(text)
        found.append({"id": f"f-{name}" if name else None, "text": f"{label}: {sentence}" if label else sentence})
    return found


def _badge(office: Office, form: FormView, record: Any) -> Any:
    if form.status is None or not office.shows(form.model, form.status):
        return None
    return show_choice(office, form.status.info, str(getattr(record, form.status.info.name)), "statusbar")


def _steps(office: Office, form: FormView, record: Any) -> list[Data]:
    """Return the states of a document as steps; a bad end stands alone, as nothing follows from it."""
    status = form.status
    if status is None or len(status.info.choices) > MOST_STEPS or not office.shows(form.model, status):
        return []
    current = str(getattr(record, status.info.name))
    values = [value for value, _label in status.info.choices]
    place = values.index(current) if current in values else 0
    troubled = tone_of(current) in {"warning", "danger"}
    shown = [
        value
        for value in values
        if value == current or (tone_of(value) not in {"warning", "danger"} and not _is_end(value))
    ]
    labels = dict(status.info.choices)
    return [
        {
            "label": office.env.t(labels[value]),
            "state": ("problem" if troubled else "current")
            if value == current
            else "done"
            if values.index(value) < place
            else "todo",
        }
        for value in shown
    ]


def _is_end(value: str) -> bool:
    return value in {"cancelled", "canceled", "lost", "rejected"}


def _buttons(draft: Draft) -> list[Data]:
    """Return the operations and pages that are possible now, the first one in front."""
    found = [made for node in draft.form.buttons if (made := _button(draft, node))]
    return sorted(found, key=lambda one: one["kind"] != "primary")


def _button(draft: Draft, node: ButtonNode) -> Data | None:
    office, record = draft.office, draft.record
    if not office.holds_role(node.roles) or not office.visible(draft.info.name, node.visible, record):
        return None
    if node.operation is not None:
        operation = node.operation
        if not office.may_run(operation) or (
            operation.states and getattr(record, "state", None) not in operation.states
        ):
            return None
        return {**operation_button(office, draft.info, node), "post": True, "ids": [record.id]}
    website = website_of(office.env)
    endpoint = website.urls.endpoints.get(node.endpoint)
    if endpoint is None or not endpoint.route.access.admits(office.env.actor):
        return None
    variables = {"id": record.id, "uid": getattr(record, "uid", None), "record": record.id}
    used = {name: value for name, value in variables.items() if f"{name}>" in endpoint.route.rule} or {"id": record.id}
    post = endpoint.route.unsafe
    return {
        "label": office.env.t(node.label),
        "icon": node.icon or None,
        "url": website.urls.build(node.endpoint, used),
        "kind": "",
        "confirm": None,
        "post": post,
        "ids": [],
    }


def _figure(draft: Draft, node: FigureNode) -> Data | None:
    office, record = draft.office, draft.record
    if not office.holds_role(node.roles) or not office.visible(draft.info.name, node.visible, record):
        return None
    label = office.env.t(node.label)
    if node.field is not None:
        if not office.shows(draft.info.name, node.field):
            return None
        return {"label": label, "value": show(office, node.field, record), "href": None}
    shown = office.views.lists[node.view]
    if not office.may("read", shown.model):
        return None
    target = office.models[shown.model]
    cls: Any = target.cls
    by = target.fields[node.by]
    if not office.reads(target, by.name):
        return None
    from tradewright.views import criterion

    criteria = [getattr(cls, by.column) == record.id]
    if shown.where is not None:
        criteria.append(criterion(office.models, shown.model, shown.where, office.known))
    count = office.env.scalar(select(func.count(cls.id)).where(*criteria)) or 0
    default = office.views.defaults["list", shown.model]
    query = {"view": shown.id if shown.id != default else None, "by": by.name, "of": record.id}
    return {
        "label": label,
        "value": None,
        "count": office.env.format.number(count),
        "href": urls.records(shown.model, query),
    }


def _delete(draft: Draft) -> Data | None:
    office = draft.office
    if not office.may("delete", draft.info.name) or office.fixed(draft.info.name, draft.form.readonly, draft.record):
        return None
    t = office.env.t
    return {
        "url": urls.delete(draft.info.name, draft.record.id),
        "confirm": {
            "question": t(_("Delete {what}?", what=name_of(office, draft.record))),
            "body": t(_("It is gone for good. What refers to it may keep it from being deleted.")),
            "label": t(_("Delete")),
        },
    }
