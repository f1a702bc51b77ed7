"""The head of a record's page: its state as badge and steps, what can be done with it, its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright.views import ButtonNode, FigureNode, FormView, criterion
from tradewright.web.office import urls
from tradewright.web.office.buttons import operation_button
from tradewright.web.office.values import name_of, show, show_choice
from tradewright.web.tones import tone_of
from tradewright.web.website import website_of

if TYPE_CHECKING:
    from tradewright.web.office.context import Office
    from tradewright.web.office.draft import Draft

Data = dict[str, Any]
MOST_STEPS = 9
"""A status with more values than this stands beside the title only."""


def badge(office: Office, form: FormView, record: Any) -> Any:
    """Return the record's state, None where the form has none."""
    if form.status is None or not office.shows(form.model, form.status):
        return None
    return show_choice(office, form.status.info, str(getattr(record, form.status.info.name)), "statusbar")


def steps(office: Office, form: FormView, record: Any) -> list[Data]:
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
    return value in {"cancelled", "canceled", "lost", "rejected", "passed"}


def buttons(draft: Draft) -> list[Data]:
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


def figure(draft: Draft, node: FigureNode) -> Data | None:
    """Return a figure: a value of the record, or how many records of a list point to it."""
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


def deletion(draft: Draft) -> Data | None:
    """Return the button that deletes the record, None where the actor may not."""
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
