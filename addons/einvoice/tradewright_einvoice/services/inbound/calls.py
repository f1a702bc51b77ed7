"""Calls of programs that hand documents over: who calls, and the document in JSON, in a form with a file, or bare."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tradewright.orm import select

from ...models.inbox import Inbox
from .arriving import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewright.orm import Env

MOST: Final = LARGEST * 4 // 3 + 64 * 1024
"""The longest body of a call: a document of the largest size in base64, and what stands around it."""
_BOUNDARY: Final = re.compile(r'boundary="?([0-9A-Za-z\'()+_,\-./:=? ]{1,70})"?')
_NAME: Final = re.compile(r'filename="([^"\r\n]{0,200})"')
KEY: Final = re.compile(r"[\x21-\x7e]{1,100}")
"""What an idempotency key may be."""


class CallRefused(Exception):
    """The call holds no document; `status` is the answer's."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Handed:
    """A document that was handed over."""

    name: str
    content: bytes


def caller(env: Env, slug: str, authorization: str) -> Inbox | None:
    """Return the way in that is called with its key; None for any other call. Needs the rights of the system."""
    inbox = env.scalar(select(env[Inbox]).where(env[Inbox].slug == slug))
    scheme, _blank, given = authorization.partition(" ")
    known = inbox.token if inbox is not None and inbox.active and inbox.kind == "http" else None
    # One answer, in one time, whether the way in is not there, is off or has another key.
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), (known or "").encode())
    return inbox if known and same and scheme.lower() == "bearer" else None


def document_of(body: bytes, content_type: str, headers: Mapping[str, str]) -> Handed:
    """Return the document in the body of a call. Raises `CallRefused`."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        found = _of_json(body)
    elif kind == "multipart/form-data":
        found = _of_form(body, content_type)
    elif kind in {"application/xml", "text/xml", "application/pdf"}:
        found = Handed(headers.get("X-File-Name", "")[:200], body)
    else:
        raise CallRefused(415, "media-type", "Send JSON, a form with a file, XML or a PDF.")
    if not found.content:
        raise CallRefused(400, "empty", "The document is empty.")
    if len(found.content) > LARGEST:
        raise CallRefused(413, "too-large", f"A document has at most {LARGEST} bytes.")
    return found


def _of_json(body: bytes) -> Handed:
    try:
        said: Any = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CallRefused(400, "json", "The body is no JSON.") from error
    content = said.get("content") if isinstance(said, dict) else None
    name = said.get("name", "") if isinstance(said, dict) else ""
    if not isinstance(content, str) or not isinstance(name, str):
        raise CallRefused(400, "content", "The JSON object needs a text content, and name is a text.")
    try:
        return Handed(name[:200], base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError) as error:
        raise CallRefused(400, "base64", "content is no base64.") from error


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _of_form(body: bytes, content_type: str) -> Handed:
    """The first file of a form; parts are cut at the boundary, which can't stand in a file by the norm."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise CallRefused(400, "form", "The form names no boundary.")
    mark = b"--" + found[1].encode("ascii")
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head[:4096].decode("utf-8", "replace"))
        if blank and name is not None:
            return Handed(name[1], content)
    raise CallRefused(400, "form", "The form has no file.")
