"""Sentences for the next page: "Order 4711 was confirmed".

They travel in a signed cookie of the browser, because the page that shows them is a GET, and a GET writes nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.request import Request

TONES = frozenset({"info", "success", "warning", "danger"})
MOST = 5
MOST_SIGNS = 300


@dataclass(frozen=True, slots=True)
class Flash:
    """A sentence in the reader's language, its tone (`info`, `success`, `warning`, `danger`) and perhaps a title."""

    text: str
    tone: str = "success"
    title: str | None = None


def flash(env: Env, request: Request, text: Any, tone: str = "success", title: Any = None) -> None:
    """Show a sentence on the page that the user sees next."""
    request.flashes.append(Flash(env.t(text), tone if tone in TONES else "info", env.t(title) if title else None))


def pack(flashes: list[Flash], key: bytes) -> str:
    """Write sentences as a cookie value; what is too much is cut, never refused."""
    plain = [
        asdict(Flash(one.text[:MOST_SIGNS], one.tone, one.title[:80] if one.title else None)) for one in flashes[-MOST:]
    ]
    body = base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()).rstrip(b"=")
    if len(body) > 3_500 and len(flashes) > 1:
        return pack(flashes[1:], key)
    return f"{body.decode()}.{_sign(body, key)}"


def toast(text: str, tone: str) -> str:
    """Write a sentence as the header `HX-Trigger`, by which a page whose part was exchanged shows it."""
    return json.dumps({"toast": {"text": text, "tone": tone}}, ensure_ascii=True)


def unpack(value: str | None, key: bytes) -> list[Flash]:
    """Read sentences back; a value that we did not sign gives none."""
    if not value or len(value) > 4_096 or not value.isascii():
        return []
    body, _dot, signature = value.partition(".")
    if not hmac.compare_digest(signature, _sign(body.encode(), key)):
        return []
    try:
        plain = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return []
    return [Flash(str(one["text"]), str(one["tone"]), one.get("title")) for one in plain]


def _sign(body: bytes, key: bytes) -> str:
    return hmac.digest(key, body, hashlib.sha256).hex()[:32]


def say(request: Request, text: Any, tone: str = "success") -> None:
    """As `flash`, for a handler without an env: the sentence is put into the language of the answer."""
    website = request.website
    catalog = website.site.catalog(website.language_of(request))
    request.flashes.append(Flash(catalog.translate(text), tone))
