"""Signed tokens for links in mails: one purpose, one record, an expiry. A token is never a session."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.security.keys import derived_key

if TYPE_CHECKING:
    from datetime import timedelta

    from tradewright.orm import Env

MAX_TOKEN = 1_000


class TokenRefused(NotFound):
    """The token is forged, expired, used, or made for something else: the answer does not tell which."""

    def __init__(self) -> None:
        super().__init__("security.token", _("This link is no longer valid: ask for a new one."))


@dataclass(frozen=True, slots=True)
class Token:
    """What a good token says."""

    model: str
    uid: str


def make_token(env: Env, purpose: str, model: str, uid: str, *, lifetime: timedelta, bound_to: str = "") -> str:
    """Sign a token for one purpose and one record (`model` as `addon.Class`, `uid` its public id).

    Expires `lifetime` after `env.now`. `bound_to` is any state that must still be the same when it is used (a
    password's hash, a revision): the token dies with a change of it, and it is not readable in the token.
    """
    expires = int((env.now + lifetime).timestamp())
    token: str = _serializer(env, purpose).dumps([model, uid, expires, _fingerprint(env, purpose, bound_to)])
    return token


def peek_token(env: Env, purpose: str, token: str) -> Token:
    """Read a token to find the record that `bound_to` comes from; it proves nothing until `read_token` was called."""
    model, uid, _expires, _print = _load(env, purpose, token)
    return Token(model, uid)


def read_token(env: Env, purpose: str, token: str, *, model: str, bound_to: str = "") -> str:
    """Return the uid of the record that the token opens; raise `TokenRefused` for anything else."""
    found, uid, expires, fingerprint = _load(env, purpose, token)
    fresh = expires > int(env.now.timestamp())
    same = hmac.compare_digest(fingerprint, _fingerprint(env, purpose, bound_to))
    if found != model or not fresh or not same:
        raise TokenRefused
    return uid


def _serializer(env: Env, purpose: str) -> Any:
    from itsdangerous import URLSafeSerializer

    key = derived_key(env.site, f"token:{purpose}")
    return URLSafeSerializer(
        key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )


def _load(env: Env, purpose: str, token: str) -> tuple[str, str, int, str]:
    from itsdangerous import BadData

    if len(token) > MAX_TOKEN or not token.isascii():
        raise TokenRefused
    try:
        model, uid, expires, fingerprint = _serializer(env, purpose).loads(token)
    except (BadData, ValueError, TypeError):
        raise TokenRefused from None
    return str(model), str(uid), int(expires), str(fingerprint)


def _fingerprint(env: Env, purpose: str, bound_to: str) -> str:
    key = derived_key(env.site, f"bound:{purpose}")
    return hmac.digest(key, bound_to.encode(), hashlib.sha256).hex()[:24]
