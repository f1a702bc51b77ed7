"""Saving, creating and deleting records. What is refused comes back as it was typed, with a sentence at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import Conflict, Forbidden, Invalid, NotFound
from tradewright.i18n import Text, _
from tradewright.web.access import staff
from tradewright.web.flash import flash
from tradewright.web.office import urls
from tradewright.web.office.conflicts import changed_meanwhile, merged, tell
from tradewright.web.office.context import Office
from tradewright.web.office.draft import Draft, body_fields
from tradewright.web.office.posted import PREFIX, Posted, RecordForm, posted_of, sort_texts
from tradewright.web.office.reading import Read, read
from tradewright.web.office.records import edit_page, form_for, fresh, problems, require_creatable, require_editable
from tradewright.web.office.values import name_of
from tradewright.web.office.writing import connect, write
from tradewright.web.page import page
from tradewright.web.response import redirect
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.problems import Problem
    from tradewright.web.request import Request
    from tradewright.web.response import Response

MAX_BODY = 12 * 1024 * 1024
_SENT = "tradewright.office.sent"
_CONFLICT = "office.conflict"
_MORE_LINES = "office.more-lines"
_REFUSED = "office.refused"
MORE = 5


def show_again(env: Env, request: Request, problem: Problem, model: str, record: int | None = None) -> Response:
    """Show a refused form as it was sent, with what is wrong; after a conflict, with what the colleague changed."""
    office = Office(env)
    info = office.model(model)
    sent: RecordForm | None = request.environ.get(_SENT)
    view = sent.view if sent else str(problem.values.get("view", ""))
    form = form_for(office, model, view)
    found: Any = fresh(office, info, {}) if record is None else env.one(info.cls, record)
    posted = posted_of(sent) if sent else _raw(problem)
    draft = Draft(office, form, info, found, is_new=record is None, posted=posted)
    if problem.code == _CONFLICT:
        return page(env, request, "office/edit.html", status=409, **_after_conflict(draft, view))
    blank = {posted.add_line: MORE} if problem.code == _MORE_LINES else None
    if problem.code != _MORE_LINES:
        _note(draft, problem)
    values = edit_page(draft, view, blank=blank)
    # The version that was seen stays: a change by somebody else meanwhile must still be noticed.
    values["version"] = posted.version
    values["seen"] = sent.seen if sent else str(problem.values.get("seen", ""))
    return page(env, request, "office/edit.html", status=202 if blank else problem.status, **values)


@route(
    "/office/<model>/<int:record>/edit",
    methods=("POST",),
    access=staff(),
    form=RecordForm,
    on_error=show_again,
    max_body=MAX_BODY,
)
def save_record(env: Env, request: Request, model: str, record: int, form: RecordForm) -> Response:
    """Save a record, if nobody else has changed it since the form was opened."""
    request.environ[_SENT] = form
    office = Office(env)
    info = office.model(model)
    rows: list[Any] = env.lock(info.cls, [record])
    if not rows:
        raise NotFound("record.not-found", _("This record does not exist, or you have no access to it."))
    draft = Draft(office, form_for(office, model, form.view), info, rows[0], is_new=False, posted=posted_of(form))
    if changed_meanwhile(draft):
        raise Conflict(_CONFLICT, _("Someone else has changed this in the meantime."))
    require_editable(draft)
    write(draft, _read(draft), form.f)
    env.flush()
    flash(env, request, _("{what} is saved.", what=name_of(office, rows[0])))
    return redirect(urls.record(model, record, {"view": form.view}))


@route(
    "/office/<model>/new", methods=("POST",), access=staff(), form=RecordForm, on_error=show_again, max_body=MAX_BODY
)
def create_record(env: Env, request: Request, model: str, form: RecordForm) -> Response:
    """Create a record."""
    request.environ[_SENT] = form
    office = Office(env)
    info = office.model(model)
    view = form_for(office, model, form.view)
    draft = Draft(office, view, info, fresh(office, info, {}), is_new=True, posted=posted_of(form))
    require_creatable(draft)
    values = _read(draft)
    connect(draft)
    write(draft, values, form.f)
    env.add(draft.record)
    env.flush()
    flash(env, request, _("{what} is created.", what=name_of(office, draft.record)))
    return redirect(urls.record(model, draft.record.id, {"view": form.view}))


@route("/office/<model>/<int:record>/delete", methods=("POST",), access=staff())
def delete_record(env: Env, request: Request, model: str, record: int) -> Response:
    """Delete a record, where its form allows that."""
    office = Office(env)
    info = office.model(model)
    found: Any = env.one(info.cls, record)
    form = office.views.form_for(model)
    if not form.delete or office.fixed(model, form.readonly, found):
        raise Forbidden("office.not-deletable", _("{what} cannot be deleted here.", what=name_of(office, found)))
    name = name_of(office, found)
    env.delete(found)
    env.flush()
    flash(env, request, _("{what} is deleted.", what=name))
    return redirect(urls.records(model))


def _read(draft: Draft) -> Read:
    posted = draft.posted
    if posted is not None and posted.add_line:
        raise Invalid(_MORE_LINES, _("There are more lines now."))
    values = read(draft)
    if draft.errors:
        raise Invalid(_REFUSED, _("Some entries need your attention"), fields=draft.errors)
    return values


def _raw(problem: Problem) -> Posted:
    """Return what was typed into a form that was refused before it could be read as a whole."""
    texts = {name.removeprefix(PREFIX): str(text) for name, text in problem.values.items() if name.startswith(PREFIX)}
    version = str(problem.values.get("version", ""))
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 18 else None
    return sort_texts(texts, number, str(problem.values.get("seen", "")), "")


def _note(draft: Draft, problem: Problem) -> None:
    """Put what is wrong where it belongs: at its input where one is known, else above the form."""
    for name, text in problem.fields.items():
        known = name if name.startswith(PREFIX) else f"{PREFIX}{name}"
        draft.errors[known if name else ""] = text
    if problem.fields:
        return
    named = _empty_field(draft, problem) if problem.code == "record.required" else None
    draft.errors[PREFIX + named if named else ""] = problem.text


def _empty_field(draft: Draft, problem: Problem) -> str | None:
    """Return the field that the database found empty; it is known by its label."""
    label = dict(problem.text.values).get("field") if isinstance(problem.text, Text) else None
    return next((node.name for node in body_fields(draft.form.body) if node.info.label == label and node.own), None)


def _after_conflict(draft: Draft, view: str) -> dict[str, Any]:
    story = tell(draft)
    shown = Draft(draft.office, draft.form, draft.info, draft.record, is_new=False, posted=merged(draft))
    values = edit_page(shown, view)
    values["problems"] = problems(shown)
    values["conflict"] = story
    return values
