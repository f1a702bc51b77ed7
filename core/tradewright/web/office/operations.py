"""Running operations, for a record or a selection; those with parameters ask for them first."""

from __future__ import annotations

import enum
import types
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from tradewright.base import Invalid, NotFound
from tradewright.i18n import Text, _, _n
from tradewright.orm import select
from tradewright.web.access import staff
from tradewright.web.flash import flash
from tradewright.web.forms import Form, read_pairs
from tradewright.web.office import urls
from tradewright.web.office.context import Office
from tradewright.web.office.values import name_of
from tradewright.web.page import page
from tradewright.web.response import local_path, redirect
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env, ModelInfo
    from tradewright.orm.operation import OperationInfo
    from tradewright.web.problems import Problem
    from tradewright.web.request import Request
    from tradewright.web.response import Response

MOST = 500
LONG = 255
"""A text parameter that may be longer than this many signs is written in several lines."""
_ASK = "office.ask"
_SENT = "tradewright.office.sent"


class RunForm(Form):
    """Which records an operation is run for, its parameters (`p.`) once they were asked for, and where to go after."""

    id: list[int] = []
    p: dict[str, str] = {}
    asked: bool = False
    back: str = ""


def ask_again(env: Env, request: Request, problem: Problem, model: str, operation: str) -> Response:
    """Ask for the parameters of an operation; an operation without any sends its user back with the reason."""
    office = Office(env)
    info, found = _operation(office, model, operation)
    sent: RunForm | None = request.environ.get(_SENT)
    if found.form is None or sent is None:
        flash(env, request, problem.text, "danger")
        return redirect(_back(request, sent, model))
    asking = problem.code == _ASK
    errors = {} if asking else {name: env.t(text) for name, text in problem.fields.items()}
    top = [] if asking or errors else [{"id": None, "text": env.t(problem.text)}]
    records = _records(office, info, sent.id)
    return page(
        env,
        request,
        "office/operation.html",
        status=202 if asking else problem.status,
        title=env.t(found.label),
        at="",
        crumbs=[
            {"label": env.t(info.plural), "url": urls.records(model)},
            {"label": env.t(found.label)},
        ],
        action=urls.run(model, operation),
        ids=[record.id for record in records],
        names=[name_of(office, record) for record in records[:10]],
        more=max(0, len(records) - 10),
        fields=[_field(env, name, field, sent, errors) for name, field in found.form.model_fields.items()],
        problems=top + [{"id": f"f-p.{name}", "text": text} for name, text in errors.items()],
        label=env.t(found.label),
        danger=found.danger,
        confirm=env.t(found.confirm) if found.confirm else None,
        back=_back(request, sent, model),
    )


@route("/office/<model>/run/<operation>", methods=("POST",), access=staff(), form=RunForm, on_error=ask_again)
def run_operation(env: Env, request: Request, model: str, operation: str, form: RunForm) -> Response:
    """Run an operation for the chosen records, all or none of them."""
    request.environ[_SENT] = form
    office = Office(env)
    info, found = _operation(office, model, operation)
    if not form.id:
        raise Invalid("office.nothing-chosen", _("Choose at least one record first."))
    if len(form.id) > MOST:
        raise Invalid("office.too-many", _("Choose at most {count} records at a time.", count=MOST))
    parameters: dict[str, Any] = {}
    if found.form is not None:
        if not form.asked:
            raise Invalid(_ASK, found.label)
        parameters = {"form": read_pairs(found.form, list(form.p.items()), env.language)}
    records = _records(office, info, form.id)
    if len(records) != len(set(form.id)):
        raise NotFound("record.not-found", _("This record does not exist, or you have no access to it."))
    result = getattr(info.cls, operation)(env, records, **parameters)
    env.flush()
    flash(env, request, result if isinstance(result, Text) else _said(office, info, found, records))
    return redirect(_back(request, form, model))


def _operation(office: Office, model: str, operation: str) -> tuple[ModelInfo, OperationInfo]:
    """Return a model and an operation that the actor's roles allow; else there is no such page."""
    info = office.model(model)
    found = info.operations.get(operation)
    if found is None or not office.may_run(found):
        raise NotFound("office.no-operation", _("This page does not exist, or you have no access to it."))
    return info, found


def _records(office: Office, info: ModelInfo, numbers: list[int]) -> list[Any]:
    cls: Any = info.cls
    found = office.env.all(select(cls).where(cls.id.in_(sorted(set(numbers))[: MOST + 1])))
    order = {number: place for place, number in enumerate(numbers)}
    return sorted(found, key=lambda record: order[record.id])


def _said(office: Office, info: ModelInfo, found: OperationInfo, records: list[Any]) -> Text:
    """Return what is said afterwards of an operation that says nothing itself."""
    label = office.env.t(found.label)
    if len(records) == 1:
        return _("{operation}: {what}", operation=label, what=name_of(office, records[0]))
    return _n(
        "{operation}: {n} record of {what}",
        "{operation}: {n} records of {what}",
        len(records),
        operation=label,
        what=office.env.t(info.plural),
    )


def _back(request: Request, form: RunForm | None, model: str) -> str:
    wanted = local_path(form.back) if form is not None else None
    if wanted is None or not wanted.startswith(urls.HOME):
        wanted = request.back if request.back.startswith(f"{urls.HOME}/") else None
    return wanted if wanted and "/run/" not in wanted else urls.records(model)


def _field(env: Env, name: str, field: Any, sent: RunForm, errors: dict[str, str]) -> dict[str, Any]:
    """Return the input of a parameter, by the type that the operation's form gives it."""
    annotation, required = _plain_type(field.annotation), field.is_required()
    default = None if required else field.get_default(call_default_factory=True)
    kind, options = _kind(env, annotation)
    if kind == "text" and any(getattr(limit, "max_length", 0) > LONG for limit in field.metadata):
        kind = "textarea"
    label = field.title or name.replace("_", " ").capitalize()
    value = sent.p.get(name, "" if sent.asked else _written(env, default))
    return {
        "name": f"p.{name}",
        "label": env.t(label if isinstance(label, Text) else Text(label)),
        "help": env.t(Text(field.description)) if field.description else None,
        "kind": kind,
        "options": options,
        "blank": None if required else "",
        "value": value not in {"", "0", "false"} if kind == "checkbox" else value,
        "required": required and kind != "checkbox",
        "error": errors.get(name),
    }


def _plain_type(annotation: Any) -> Any:
    if get_origin(annotation) in {Union, types.UnionType}:
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def _kind(env: Env, annotation: Any) -> tuple[str, list[tuple[str, str]]]:
    if get_origin(annotation) is Literal:
        return "select", [
            (str(one), env.t(Text(str(one).replace("_", " ").capitalize()))) for one in get_args(annotation)
        ]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return "select", [(str(one.value), env.t(Text(one.name.replace("_", " ").capitalize()))) for one in annotation]
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "checkbox"),
        (int, "number"),
        (Decimal, "number"),
        (datetime, "datetime-local"),
        (date, "date"),
    )
    if isinstance(annotation, type):
        return next((kind for cls, kind in kinds if issubclass(annotation, cls)), "text"), []
    return "text", []


def _written(env: Env, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, Decimal | int):
        return env.format.number(value)
    return value.isoformat() if isinstance(value, date) else str(getattr(value, "value", value))
