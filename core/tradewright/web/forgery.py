"""Requests forged by other sites: refused by a token bound to the browser's session, and by where they come from.

The secret is derived from the session's key, so nothing is stored; a visitor without a session has a random key in a
cookie of his own, for the sign-in form must not be forged either. In each answer the token is masked anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from tradewright.base import Forbidden
from tradewright.i18n import _

if TYPE_CHECKING:
    from tradewright.web.request import Request

FIELD = "csrf_token"
HEADER = "HTTP_X_CSRF_TOKEN"
_LENGTH = 32


class ForgeryRefused(Forbidden):
    """The request does not prove that it comes from one of our pages."""

    def __init__(self) -> None:
        super().__init__(
            "web.forgery", _("This page was open too long or in another session: reload it and send it again.")
        )


class Forgery:
    """Makes and checks the token of one request's browser."""

    def __init__(self, key: bytes, session_key: str | None, visit_key: str | None) -> None:
        self._key = key
        self._bound_to = session_key or visit_key
        self._masked: str | None = None
        self.new_visit: str | None = None

    def unbind(self, visit_key: str | None) -> None:
        """Forget a session that is over: tokens are the visitor's from now on."""
        self._bound_to = visit_key
        self._masked = None

    def token(self) -> str:
        """Return the token under this answer's mask; a browser without any key gets one with this answer."""
        if self._masked is None:
            self._masked = self._mask()
        return self._masked

    def _mask(self) -> str:
        if self._bound_to is None:
            self._bound_to = self.new_visit = secrets.token_urlsafe(24)
        mask = secrets.token_bytes(_LENGTH)
        return base64.urlsafe_b64encode(mask + _xor(mask, self._secret(self._bound_to))).decode()

    def accepts(self, token: str | None) -> bool:
        """Tell whether a token was made for this browser."""
        if self._bound_to is None or not token or len(token) > 200 or not token.isascii():
            return False
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return False
        if len(raw) != 2 * _LENGTH:
            return False
        return hmac.compare_digest(_xor(raw[:_LENGTH], raw[_LENGTH:]), self._secret(self._bound_to))

    def _secret(self, bound_to: str) -> bytes:
        return hmac.digest(self._key, bound_to.encode("utf-8", "replace"), hashlib.sha256)


def check_origin(request: Request) -> None:
    """Refuse a changing request that a browser says comes from another site. Raises `ForgeryRefused`."""
    site = request.environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForgeryRefused
    origin = request.environ.get("HTTP_ORIGIN")
    if origin is not None and origin not in request.website.origins(request):
        raise ForgeryRefused


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")
