"""A page to drop somebody's e-invoice on: what it says, what is wrong with it, and the same in another form.

Nothing is stored. The buttons that convert send the document along, packed, as it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from tradewright.i18n import _
from tradewright.web import Form, Upload, download, page, route

from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Request, Response

ROLES = ("einvoice.user",)
MOST = 24 * 1024 * 1024
"""Bytes of a file. An invoice has some kilobytes; with drawings attached it may have megabytes."""
MOST_PACKED = 4_000_000
"""Bytes of the packed document that the page carries along for its buttons."""
MOST_PRINTED = 2_000
"""Lines of an invoice that a request may render as a PDF."""


class CheckForm(Form):
    """The file to look at, whatever it is."""

    file: Upload


class ConvertForm(Form):
    """The document that is shown, and the form that it is wanted in."""

    document: Annotated[str, Field(max_length=MOST_PACKED)]
    form: Literal["ubl", "cii", "factur-x", "pdf", "json", "xml"]


@route("/office/einvoice/check", access=ROLES)
def check(env: Env, request: Request) -> Response:
    """Ask for a file."""
    return _page(env, request)


def _refused(env: Env, request: Request, problem: Any) -> Response:
    return _page(env, request, problem=env.t(problem.fields.get("file", problem.text)))


@route(
    "/office/einvoice/check",
    methods=("POST",),
    access=ROLES,
    form=CheckForm,
    idempotent=False,
    max_body=MOST,
    on_error=_refused,
)
def check_file(env: Env, request: Request, form: CheckForm) -> Response:
    """Show what a file says and what is wrong with it."""
    from ..engine.examine import examine  # the rules are imported where they are used, not with the addon
    from ..services.looked_at import looked_at

    found = examine(form.file.read())
    return _page(env, request, result=looked_at(env, form.file.filename, found, most_packed=MOST_PACKED))


@route(
    "/office/einvoice/check/convert",
    methods=("POST",),
    access=ROLES,
    form=ConvertForm,
    idempotent=False,
    max_body=MOST_PACKED + 100_000,
)
def convert_file(env: Env, request: Request, form: ConvertForm) -> Response:  # noqa: ARG001  # the signature of handlers
    """Give the document that is shown in another form."""
    from ..engine import EngineError, read
    from ..engine.forms import convert
    from ..services.foreign import foreign_look
    from ..services.looked_at import unpack

    document = unpack(form.document)
    try:
        invoice = read(document)
        if form.form in {"pdf", "factur-x"} and len(invoice.lines) > MOST_PRINTED:
            raise errors.too_long()
        made = convert(document, form.form, look=foreign_look(env.language))
    except EngineError as error:
        raise errors.not_convertible(error.message) from error
    return download(env, made.content, f"{invoice.number}{made.ending}", made.media_type)


def _page(env: Env, request: Request, result: dict[str, Any] | None = None, problem: str = "") -> Response:
    return page(
        env,
        request,
        "office/einvoice_check.html",
        title=env.t(_("Check an e-invoice")),
        result=result,
        problem=problem,
        most=MOST // (1024 * 1024),
    )
