"""From exceptions to answers: one place, so that no traceback, statement or path ever leaves the house.

What nobody planned for gets an opaque reference, which stands in the log beside the details. What may not be known to
exist is answered exactly like what does not exist: the page of a 404 has no reference and nothing of its reader.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException

from tradewright.base import Forbidden, Invalid, NotFound, UserError
from tradewright.i18n import Text, _, negotiate
from tradewright.orm.failures import is_outage
from tradewright.web.flash import Flash, toast
from tradewright.web.forgery import ForgeryRefused
from tradewright.web.log import tell, tell_fault
from tradewright.web.problems import problem_of
from tradewright.web.request import next_page
from tradewright.web.response import Response, json_response, redirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewright.web.request import Request

RETRY_SECONDS = "5"


class LoginNeeded(Exception):
    """Nobody is signed in, and the route is not for everybody."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: what happened, and what to do."""

    title: Text
    todo: Text


_WORDS: dict[int, Words] = {
    400: Words(_("This request could not be understood"), _("Go back, reload the page and try again.")),
    403: Words(_("This form can no longer be sent"), _("Reload the page and send it again.")),
    404: Words(_("This page does not exist"), _("Check the address, or look for it from the start page.")),
    405: Words(_("This address does not do that"), _("Go back and use the buttons of the page.")),
    409: Words(_("Someone else was faster"), _("Go back, reload the page and look at it again.")),
    413: Words(_("This is too large to send"), _("Send less at once, or a smaller file.")),
    414: Words(_("This address is too long"), _("Start again from the start page.")),
    415: Words(_("This kind of content is not accepted"), _("Go back and use the form of the page.")),
    421: Words(_("There is no site at this address"), _("Check the address.")),
    422: Words(_("That could not be saved"), _("Go back and correct what is marked.")),
    429: Words(_("Too many attempts"), _("Wait a few minutes, then try again.")),
    500: Words(_("Something went wrong here"), _("Nothing was saved. Try again; if it happens again, tell support.")),
    503: Words(_("The service is busy"), _("Nothing was saved. Try again in a few seconds.")),
}
_REFERENCED = frozenset({500, 503})
_FALLBACK = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Error {code}</title></head>'
    "<body><h1>Error {code}</h1><p>Nothing was saved. Try again.</p><p>{reference}</p></body></html>"
)


def answer(request: Request, error: BaseException) -> Response:
    """Return the answer to a failed request; anything unplanned is logged with its traceback."""
    if isinstance(error, LoginNeeded):
        return _to_login(request)
    if isinstance(error, HTTPException):
        return _http(request, error)
    if isinstance(error, UserError):
        return _user_error(request, error)
    status = 503 if is_outage(error) else 500
    tell_fault("request failed", error, reference=request.reference, route=request.endpoint, status=status)
    return error_page(request, status)


def _to_login(request: Request) -> Response:
    wanted = next_page(request.here if request.safe else request.back)
    target = f"/login?{urlencode({'next': wanted})}" if wanted and wanted != "/" else "/login"
    if request.wants_json:
        return _json_error(401, "web.login-needed", _("Sign in first."), {}, request)
    if request.htmx:
        response = Response(status=204)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target)


def _http(request: Request, error: HTTPException) -> Response:
    response = error_page(request, error.code if error.code in _WORDS else 400)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _user_error(request: Request, error: UserError) -> Response:
    staff = request.actor is not None and request.actor.kind == "staff"
    hidden = isinstance(error, NotFound) or (isinstance(error, Forbidden) and not staff)
    if hidden and not isinstance(error, ForgeryRefused):
        return error_page(request, 404)
    fields = error.fields if isinstance(error, Invalid) else {}
    if error.status >= 500:
        tell(logging.WARNING, "refused", reference=request.reference, route=request.endpoint, code=error.code)
    if request.wants_json:
        response = _json_error(error.status, error.code, error.text, fields, request)
    elif request.safe or error.status in {400, 429, 503} or isinstance(error, ForgeryRefused):
        response = error_page(request, error.status, text=error.text)
    else:
        response = _back_with(request, error)
    if error.status in {429, 503}:
        response.headers["Retry-After"] = str(getattr(error, "retry_after", RETRY_SECONDS))
    return response


def _back_with(request: Request, error: UserError) -> Response:
    """Send the user back to the page he came from, with the sentence; a part of a page gets it as a toast."""
    say = _translator(request)
    problem = problem_of(error)
    main = say(error.text)
    told = [(name.rpartition(".")[2], say(sentence)) for name, sentence in list(problem.fields.items())[:3]]
    text = " ".join(
        [main, *(f"{name}: {sentence}" if name else sentence for name, sentence in told if sentence != main)]
    )
    tone = "warning" if error.status == 409 else "danger"
    if request.htmx:
        response = Response(status=204)
        response.headers["HX-Trigger"] = toast(text, tone)
        return response
    if "HTTP_REFERER" not in request.environ:
        return error_page(request, error.status, text=error.text)
    request.flashes = [Flash(text, tone)]
    return redirect(request.back)


def error_page(request: Request, status: int, *, text: Any = None) -> Response:
    """Return the page, or the JSON object, of an error status."""
    words = _WORDS.get(status, _WORDS[400])
    if request.wants_json:
        return _json_error(status, f"web.{status}", text or words.title, {}, request)
    reference = request.reference if status in _REFERENCED else None
    body = _rendered(request, status, words, text, reference)
    response = Response(body, status=status, content_type="text/html; charset=utf-8")
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _rendered(request: Request, status: int, words: Words, text: Any, reference: str | None) -> str:
    website = getattr(request, "website", None)
    if website is None:
        return _FALLBACK.format(code=status, reference=reference or "")
    # Not the session's language but the browser's: a page that may not exist must not tell who asks.
    language = negotiate(
        request.environ.get("HTTP_ACCEPT_LANGUAGE"), website.languages, preferred=[request.wanted_language]
    )
    say = website.site.catalog(language).translate
    error = {
        "code": status,
        "title": say(words.title),
        "text": say(text) if text is not None else None,
        # A limit says by itself how long to wait.
        "todo": None if status == 429 and text is not None else say(words.todo),
        "reference": reference,
    }
    try:
        body: str = website.render_error(request, language, error)
    except Exception as fault:  # noqa: BLE001  the error page itself must never fail
        tell_fault("error page failed", fault, reference=request.reference)
        return _FALLBACK.format(code=status, reference=reference or "")
    return body


def _json_error(status: int, code: str, text: Any, fields: Any, request: Request) -> Response:
    say = _translator(request)
    told = {
        "code": code,
        "message": say(text),
        "fields": {name: say(sentence) for name, sentence in fields.items()},
        "reference": request.reference if status in _REFERENCED else None,
    }
    return json_response(told, status)


def _translator(request: Request) -> Callable[[Any], str]:
    website = getattr(request, "website", None)
    if website is None:
        return str
    catalog = website.site.catalog(website.language_of(request))
    return lambda text: catalog.translate(text) if isinstance(text, Text) else str(text)
