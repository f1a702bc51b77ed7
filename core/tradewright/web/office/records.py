"""The page of a record: shown, edited, created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import Forbidden
from tradewright.i18n import _
from tradewright.orm import Model
from tradewright.views import FormView
from tradewright.views.kinds import TO_ONE
from tradewright.web.access import staff
from tradewright.web.office import urls
from tradewright.web.office.body import Body
from tradewright.web.office.context import Office
from tradewright.web.office.draft import Draft
from tradewright.web.office.files import may_attach, stored_files
from tradewright.web.office.findings import find
from tradewright.web.office.heading import badge, buttons, deletion, figure, steps
from tradewright.web.office.history import history
from tradewright.web.office.inputs import Refused, parse
from tradewright.web.office.posted import PREFIX, NewQuery, RecordQuery, pack
from tradewright.web.office.values import name_of, new_words
from tradewright.web.office.widgets import Widgets
from tradewright.web.page import page
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env, ModelInfo
    from tradewright.web.request import Request
    from tradewright.web.response import Response

Data = dict[str, Any]


@route("/office/<model>/<int:record>", access=staff(), query=RecordQuery)
def show_record(env: Env, request: Request, model: str, record: int, query: RecordQuery) -> Response:
    """Show a record with its operations, figures, lines, history and files."""
    office = Office(env)
    info = office.model(model)
    found: Any = env.one(info.cls, record)
    form = form_for(office, model, query.view)
    draft = Draft(office, form, info, found, is_new=False)
    edit = urls.edit(model, record, {"view": query.view}) if may_edit(draft) else None
    draft.findings = find(draft, edit)
    values: Data = {
        **head(office, info, name_of(office, found), query.view),
        "badge": badge(office, form, found),
        "steps": steps(office, form, found),
        "buttons": buttons(draft),
        "figures": [one for node in form.figures if (one := figure(draft, node))],
        "verdicts": draft.findings.verdicts,
        "parts": Body(draft).nodes(form.body),
        "edit": edit,
        "delete": deletion(draft) if form.delete else None,
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
    draft.findings = find(draft, "")
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
        "verdicts": draft.findings.verdicts,
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
