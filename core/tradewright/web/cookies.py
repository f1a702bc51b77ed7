"""The cookies: the session's key, a visitor's key, sentences for the next page, choices of language and appearance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.security.sessions import LIFETIME
from tradewright.web.flash import pack, toast, unpack

if TYPE_CHECKING:
    from tradewright.web.request import Request
    from tradewright.web.response import Response

SESSION = "session"
VISIT = "visit"
FLASH = "flash"
LANGUAGE = "language"
THEME = "theme"
YEAR = 365 * 24 * 3600


def _name(request: Request, name: str) -> str:
    # With the prefix a browser takes the cookie from this host by https only: no subdomain can plant one.
    return f"__Host-{name}" if request.website.secure(request) else name


def session_key(request: Request) -> str | None:
    """Return the key of the session that the browser claims to have."""
    return request.cookies.get(_name(request, SESSION)) or None


def visit_key(request: Request) -> str | None:
    """Return the key of a visitor without a session, for the forms that he may send."""
    key = request.cookies.get(_name(request, VISIT))
    return key if key and len(key) == 32 else None


def remember_session(request: Request, response: Response, key: str) -> None:
    """Give the browser its new session."""
    request.session_given = True
    _set(request, response, _name(request, SESSION), key, int(LIFETIME.total_seconds()))
    response.delete_cookie(_name(request, VISIT), path="/", secure=request.website.secure(request))


def forget_session(request: Request, response: Response) -> None:
    """Take the session's key from the browser."""
    response.delete_cookie(
        _name(request, SESSION), path="/", secure=request.website.secure(request), httponly=True, samesite="Lax"
    )


def remember_choice(request: Request, response: Response, name: str, value: str) -> None:
    """Keep a choice of the visitor (language, appearance) in this browser; scripts may read it."""
    response.set_cookie(
        name, value, max_age=YEAR, path="/", secure=request.website.secure(request), samesite="Lax", httponly=False
    )


def finish_cookies(request: Request, response: Response) -> None:
    """Set what the request made necessary: a visitor's key for its forms, sentences kept for the next page."""
    if request.forgery.new_visit is not None:
        _set(request, response, _name(request, VISIT), request.forgery.new_visit, None)
    waiting, key = request.cookies.get(FLASH), request.website.flash_key
    if request.shown_flashes:
        if waiting:
            response.delete_cookie(FLASH, path="/")
        return
    flashes = [*unpack(waiting, key), *request.flashes]
    if flashes and request.partial and response.status_code < 300 and "HX-Trigger" not in response.headers:
        response.headers["HX-Trigger"] = toast(" ".join(one.text for one in flashes), flashes[-1].tone)
        if waiting:
            response.delete_cookie(FLASH, path="/")
    elif request.flashes:
        _set(request, response, FLASH, pack(flashes, key), 600)


def _set(request: Request, response: Response, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=request.website.secure(request), httponly=True, samesite="Lax"
    )
