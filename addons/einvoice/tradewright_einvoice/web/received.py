"""Received documents for staff: files are uploaded, and what arrived is shown as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tradewright.i18n import _, _n
from tradewright.web import Form, download, flash, page, redirect, route, url_for
from tradewright.web.uploads import Upload

from ..models.received import ReceivedDocument
from ..services.media import PDF_TYPE, XML_TYPE

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Problem, Request, Response

LIST = "/office/einvoice.ReceivedDocument"


class UploadForm(Form):
    """The files that somebody chose."""

    files: Annotated[list[Upload], Field(min_length=1, max_length=20)]


@route("/office/einvoice/receive", access=("account.user",))
def receive(env: Env, request: Request) -> Response:
    """The page on which documents are uploaded."""
    return _upload_page(env, request)


def _upload_page(env: Env, request: Request, problem: Problem | None = None) -> Response:
    return page(
        env,
        request,
        "office/receive.html",
        title=env.t(_("Receive documents")),
        crumbs=[{"label": env.t(_("Received documents")), "url": LIST}, {"label": env.t(_("Receive documents"))}],
        problem=env.t(problem.text) if problem is not None else None,
    )


def receive_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show the page again with what is wrong."""
    return _upload_page(env, request, problem)


@route(
    "/office/einvoice/receive",
    methods=("POST",),
    access=("account.user",),
    form=UploadForm,
    max_body=64 * 1024 * 1024,
    on_error=receive_again,
    name="receive_files",
)
def receive_files(env: Env, request: Request, form: UploadForm) -> Response:
    """Take the files; each is examined by a job."""
    from ..services.inbound.arriving import LARGEST, Arrival, looks_right, take

    taken = refused = 0
    with env.elevate("documents are stored by the system, for whoever may upload them"):
        for upload in form.files:
            content = upload.read() if upload.size <= LARGEST else b""
            if looks_right(content):
                take(env, Arrival(name=upload.filename, content=content, source="upload"))
                taken += 1
            else:
                refused += 1
    if taken:
        words = _n("{n} document is being examined.", "{n} documents are being examined.", taken)
        flash(env, request, words)
    if refused:
        words = _n(
            "{n} file is neither XML nor a PDF, or too large.",
            "{n} files are neither XML nor a PDF, or too large.",
            refused,
        )
        flash(env, request, words, "danger")
    return redirect(LIST)


@route("/office/einvoice/received/<uid>", access=("account.user",))
def show_received(env: Env, request: Request, uid: str) -> Response:
    """A received document as people read it: what it says, what was found, what differs."""
    from ..services.inbound.showing import shown

    received = env.by_uid(ReceivedDocument, uid)
    values: dict[str, Any] = shown(env, received)
    return page(
        env,
        request,
        "office/received.html",
        title=received.number or received.name,
        crumbs=[
            {"label": env.t(_("Received documents")), "url": LIST},
            {"label": received.name, "url": f"{LIST}/{received.id}"},
            {"label": env.t(_("Document"))},
        ],
        original=url_for(env, "einvoice.received_file", uid=uid),
        **values,
    )


@route("/office/einvoice/received/<uid>/file", access=("account.user",), name="received_file")
def received_file(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # the signature of handlers
    """The bytes as they arrived, to be saved, never to be shown by the browser."""
    from ..services.inbound.drafting import content_of

    received = env.by_uid(ReceivedDocument, uid)
    with env.elevate("who may read a received document may have its file"):
        content = content_of(env, received)
    is_pdf = b"%PDF-" in content[:1024]
    return download(env, content, received.name, PDF_TYPE if is_pdf else XML_TYPE)
