"""The archive in the back office: its export, its documents to read, and responses that came as files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.web import (
    Day,
    Form,
    Query,
    Request,
    Response,
    Upload,
    download,
    flash,
    page,
    redirect,
    route,
    url_for,
)

from ..models.archive import ArchiveEntry

if TYPE_CHECKING:
    from tradewright.orm import Env

READERS = ("account.user", "einvoice.user")
SENDERS = ("einvoice.user",)
KEEPERS = ("einvoice.manager",)
MOST = 4 * 1024 * 1024


class Period(Query):
    """The first and the last day of the documents."""

    start: Day
    end: Day


class ResponseFile(Form):
    """An invoice response that came as a file."""

    document: Upload


@route("/office/einvoice/archive", access=READERS, name="archive")
def archive_page(env: Env, request: Request) -> Response:
    """Offer the export of a period and the upload of a response."""
    last = date(env.today.year, 1, 1)
    return page(
        env,
        request,
        "office/einvoice_archive.html",
        title=_("Archive of e-invoices"),
        start=last.isoformat(),
        end=env.today.isoformat(),
        may_export=env.actor.has(*KEEPERS),
        may_take=env.actor.has(*SENDERS),
    )


@route("/office/einvoice/archive.zip", access=KEEPERS, query=Period, name="archive_zip")
def archive_zip(env: Env, request: Request, query: Period) -> Response:  # noqa: ARG001  # the signature of handlers
    """Send the archive of a period."""
    from ..services.export import export

    if query.end < query.start:
        raise Invalid("einvoice.period", _("The period ends before it begins: choose a later last day."))
    name = f"e-invoices-{query.start.isoformat()}-{query.end.isoformat()}.zip"
    content = export(env, env.company_id or 0, query.start, query.end)
    return download(env, content, name, "application/zip")


@route("/office/einvoice/archive/<uid>.html", access=READERS, name="archive_read")
def read_document(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # the signature of handlers
    """Send an archived XML document in a form that people read."""
    from ..services.readable import readable

    entry = env.by_uid(ArchiveEntry, uid)
    content, media_type, ending = readable(env, entry)
    return download(env, content, f"{entry.number or entry.position}.{ending}", media_type)


@route(
    "/office/einvoice/response",
    methods=("POST",),
    access=SENDERS,
    form=ResponseFile,
    name="take_response",
    max_body=MOST,
)
def take_response(env: Env, request: Request, form: ResponseFile) -> Response:
    """Take an invoice response that came as a file."""
    from ..services.receipts import take_response as take

    with env.elevate("a response moves the document it is about, whoever hands it in"):
        found = take(env, form.document.read())
    if found is None:
        flash(env, request, _("The response is kept, but its invoice is not among ours."), "warning")
    else:
        told = _("The response was taken: {number} is {state}.", number=found.number, state=_state(env, found))
        flash(env, request, told)
    return redirect(url_for(env, "einvoice.archive"))


def _state(env: Env, found: object) -> str:
    from ..models.einvoice import STATES

    return env.t(dict(STATES)[found.state])  # type: ignore[attr-defined]
