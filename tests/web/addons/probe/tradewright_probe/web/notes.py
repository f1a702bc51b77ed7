"""Routes that read, write, fail and leak, as the tests need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Conflict, NotFound, UserError
from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright.web import (
    Code,
    Day,
    Document,
    Form,
    LongText,
    Money,
    Price,
    Problem,
    Quantity,
    Query,
    RecordId,
    Request,
    Response,
    ShortText,
    Uid,
    download,
    flash,
    json_response,
    page,
    public,
    redirect,
    route,
    signed_in,
)

from ..models.note import Note

if TYPE_CHECKING:
    from tradewright.orm import Env

WRITERS = ("probe.writer", "probe.buyer")


class NewNote(Form):
    """A note to write."""

    body: ShortText
    amount: Quantity | None = None


class Line(Form):
    """A line of the grid."""

    product: Code
    quantity: Quantity


class Everything(Form):
    """All kinds of fields."""

    text: ShortText = ""
    story: LongText = ""
    code: Code = ""
    uid: Uid | None = None
    number: int | None = None
    record: RecordId | None = None
    records: list[RecordId] = []
    amount: Quantity | None = None
    money: Money | None = None
    price: Price | None = None
    day: Day | None = None
    agree: bool = False
    lines: list[Line] = []
    grid: dict[str, Quantity] = {}


class Attached(Form):
    """A note with a file."""

    title: ShortText
    file: Document


class Wanted(Query):
    """What to look for."""

    q: ShortText = ""
    page: int = 1


@route("/probe", access=WRITERS)
def home(env: Env, request: Request) -> Response:
    """Show the notes."""
    notes = [{"uid": note.uid, "body": note.body} for note in env.all(select(env[Note]).order_by(env[Note].id))]
    return page(env, request, "probe/home.html", title=_("Notes"), notes=notes, problem=None, typed={})


def home_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show the form again."""
    return page(
        env, request, "probe/home.html", title=_("Notes"), notes=[], problem=problem.text, typed=dict(problem.values)
    )


@route("/probe/notes", methods=("POST",), access=WRITERS, form=NewNote, on_error=home_again)
def write(env: Env, request: Request, form: NewNote) -> Response:
    """Write a note."""
    env.add(env[Note](body=form.body, amount=form.amount or 0))
    if form.body == "conflict":
        raise Conflict("probe.conflict", _("Somebody was faster."))
    if form.body == "refused":
        return Response("refused", status=422)
    if form.body == "crash":
        raise ZeroDivisionError("SELECT secret FROM /etc/passwd")
    flash(env, request, _("The note was written."))
    return redirect("/probe")


@route("/probe/plain", methods=("POST",), access=WRITERS, form=NewNote)
def write_plainly(env: Env, request: Request, form: NewNote) -> Response:  # noqa: ARG001
    """Write a note, and answer with JSON."""
    if form.body == "no":
        raise UserError("probe.no", _("No such thing here."), field="body")
    note = env.add(env[Note](body=form.body))
    env.flush()
    return json_response({"uid": note.uid, "count": env.scalar(select(func.count(env[Note].id)))})


@route("/probe/notes/<uid>", access=WRITERS)
def show(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001
    """Show one note."""
    return json_response({"body": env.by_uid(Note, uid).body})


@route("/probe/notes/<uid>/touch", methods=("POST",), access=signed_in())
def touch(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001
    """Change a note without a form."""
    env.by_uid(Note, uid).body = "touched"
    return redirect("/probe")


@route("/probe/number/<int:number>", access=public(reason="a test"))
def number(env: Env, request: Request, number: int) -> Response:  # noqa: ARG001
    """Say a number."""
    return json_response({"number": number})


@route("/probe/everything", methods=("POST",), access=public(reason="a test"), form=Everything, idempotent=False)
def everything(env: Env, request: Request, form: Everything) -> Response:  # noqa: ARG001
    """Say what was understood."""
    return json_response(form.model_dump())


@route(
    "/probe/upload",
    methods=("POST",),
    access=public(reason="a test"),
    form=Attached,
    idempotent=False,
    max_body=2_000_000,
)
def upload(env: Env, request: Request, form: Attached) -> Response:  # noqa: ARG001
    """Say what was received."""
    file = form.file
    return json_response({"name": file.filename, "type": file.media_type, "size": file.size, "sha256": file.sha256})


@route("/probe/search", access=public(reason="a test"), query=Wanted)
def search(env: Env, request: Request, query: Wanted) -> Response:  # noqa: ARG001
    """Say what was asked."""
    return json_response({"q": query.q, "page": query.page})


@route("/probe/writes-on-get", access=WRITERS)
def writes_on_get(env: Env, request: Request) -> Response:  # noqa: ARG001
    """Try to write while reading."""
    env.add(env[Note](body="written by a link"))
    env.flush()
    return Response("written")


@route("/probe/bulk-on-get", access=WRITERS)
def bulk_on_get(env: Env, request: Request) -> Response:  # noqa: ARG001
    """Try to write while reading, past the session."""
    with env.elevate("try"):
        env.update_where(Note, values={"body": "changed by a link"})
    return Response("written")


@route("/probe/leak", access=public(reason="a test"))
def leak(env: Env, request: Request) -> Response:
    """Hand a record to a template."""
    with env.elevate("try"):
        note = env[Note](body="x")
        return page(env, request, "probe/home.html", title="", notes=[{"note": note}], problem=None, typed={})


@route("/probe/crash", access=public(reason="a test"))
def crash(env: Env, request: Request) -> Response:
    """Fail with a secret in the message."""
    del env, request
    raise RuntimeError("SELECT password_hash FROM base_user -- /srv/secret.key\nline two \x1b[31m")


@route("/probe/missing", access=public(reason="a test"))
def missing(env: Env, request: Request) -> Response:
    """Say that something is not there."""
    del env, request
    raise NotFound("probe.missing", _("There is no such thing."))


@route("/probe/file", access=signed_in())
def file(env: Env, request: Request) -> Response:  # noqa: ARG001
    """Send an evil file."""
    return download(env, b"<script>alert(1)</script>", 'r\u00e9port "x"\r\nSet-Cookie: a=b.html', "text/html")
