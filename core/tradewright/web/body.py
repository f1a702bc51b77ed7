"""Reading what a request brings, before any transaction begins: form or JSON, the CSRF token, the idempotency key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from tradewright.web import forgery
from tradewright.web.forms import read_json, read_pairs
from tradewright.web.request import JSON, Request
from tradewright.web.response import dump_json
from tradewright.web.strict_json import JsonError
from tradewright.web.uploads import Upload

if TYPE_CHECKING:
    from tradewright.web.routes import Route

KEY_FIELD = "idempotency_key"
KEY_HEADER = "HTTP_IDEMPOTENCY_KEY"


@dataclass(slots=True)
class Body:
    """What was sent, without the framework's own fields; `key` is the idempotency key."""

    pairs: list[tuple[str, Any]]
    data: Any
    is_json: bool
    key: str | None
    hash: str = ""

    def typed(self) -> dict[str, str]:
        """Return what was typed, for showing the form again; passwords and files are left out."""
        return {name: value for name, value in self.pairs if isinstance(value, str) and "password" not in name}


def read_body(request: Request, route: Route) -> Body:
    """Read a changing request and prove where it comes from. Raises `ForgeryRefused` and werkzeug's errors."""
    if route.access.signed:
        request.received = request.body_bytes(route.max_body)
        return Body([], None, is_json=False, key=None)
    forgery.check_origin(request)
    token = request.environ.get(forgery.HEADER)
    # The header is looked at first: what a forged request sends is then not even read.
    proven = request.forgery.accepts(token)
    if not proven and (token is not None or request.mimetype == JSON):
        raise forgery.ForgeryRefused
    if request.mimetype == JSON:
        return _json_body(request, route)
    try:
        pairs = request.body_pairs(route.max_body)
    except UnsupportedMediaType:
        if proven:
            raise
        raise forgery.ForgeryRefused from None
    own = {forgery.FIELD: token, KEY_FIELD: request.environ.get(KEY_HEADER)}
    kept = _without(pairs, own)
    if not proven and not request.forgery.accepts(own[forgery.FIELD]):
        raise forgery.ForgeryRefused
    return Body(kept, None, is_json=False, key=own[KEY_FIELD], hash=_hash(request, _written(kept)))


def _json_body(request: Request, route: Route) -> Body:
    try:
        data = request.body_json(route.max_body)
    except JsonError:
        raise BadRequest from None
    key = request.environ.get(KEY_HEADER)
    return Body([], data, is_json=True, key=key, hash=_hash(request, dump_json(data)))


def _without(pairs: list[tuple[str, Any]], own: dict[str, str | None]) -> list[tuple[str, Any]]:
    """Take the framework's own fields out of a form into `own`; what a header said counts."""
    kept: list[tuple[str, Any]] = []
    seen: set[str] = set()
    for name, value in pairs:
        if name not in own:
            kept.append((name, value))
            continue
        if name in seen or not isinstance(value, str):
            raise BadRequest
        seen.add(name)
        own[name] = own[name] or value
    return kept


def read_form(route: Route, body: Body, language: str) -> Any:
    """Fill the route's form; raises `InputRefused`. A route without a form takes an empty body only."""
    if route.form is None:
        if body.pairs or body.data:
            raise BadRequest
        return None
    if body.is_json:
        return read_json(route.form, body.data)
    return read_pairs(route.form, body.pairs, language)


def _hash(request: Request, content: str) -> str:
    return hashlib.sha256(f"{request.path}\x00{content}".encode("utf-8", "surrogatepass")).hexdigest()


def _written(pairs: list[tuple[str, Any]]) -> str:
    return repr([(name, value.sha256 if isinstance(value, Upload) else value) for name, value in pairs])
