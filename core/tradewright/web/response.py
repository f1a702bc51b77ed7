"""Answers: redirects that stay in the house, JSON, downloads that no browser executes."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from werkzeug.wrappers import Response as _Response
from werkzeug.wsgi import FileWrapper

from tradewright.base import DeveloperError
from tradewright.i18n import Text
from tradewright.web.headers import SANDBOX
from tradewright.web.uploads import clean_filename

if TYPE_CHECKING:
    from tradewright.orm import Env

_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MAX_LOCATION = 2_000


class Response(_Response):
    """An answer to a request; HTML unless said otherwise."""

    default_mimetype = "text/html"


def local_path(target: str | None) -> str | None:
    r"""Return an address of this site as a relative one, or None for anything that leads elsewhere.

    `//evil`, `/\evil`, `javascript:`, control signs and whatever browsers read as another host are None.
    """
    if not target or len(target) > MAX_LOCATION or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(sign) < 33 or ord(sign) == 127 for sign in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def redirect(location: str, status: int = 303) -> Response:
    """Send the browser to another page of this site (303: with GET). Anything else is a `DeveloperError`."""
    if local_path(location) is None:
        raise DeveloperError(
            "web.redirect-leaves-site",
            "A redirect leads to a page of this site only.",
            value=location[:200],
            remedy="Pass what url_for() gives; check a `next` parameter with local_path().",
        )
    response = Response(status=status, content_type="text/plain; charset=utf-8")
    # As given: werkzeug would make it absolute from the Host header.
    response.autocorrect_location_header = False
    response.headers["Location"] = quote(location, safe="/:?#[]@!$&'()*+,;=%-._~")
    return response


def json_response(data: Any, status: int = 200) -> Response:
    """Answer with JSON; decimals are texts, dates ISO 8601, enums their values."""
    return Response(dump_json(data), status=status, content_type="application/json; charset=utf-8")


def dump_json(data: Any) -> str:
    """Write JSON without NaN; `<`, `>` and `&` are escaped, so that it is safe wherever it lands."""
    text = json.dumps(data, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)


def download(env: Env, content: Any, name: str | None = None, media_type: str | None = None) -> Response:
    """Answer with a file that is saved, never shown: bytes, a stream, or a record with name, media_type and sha256.

    A record must have been read through `env`, which is the proof that the actor may have it.
    """
    return _file(env, content, name, media_type, disposition="attachment")


def picture(env: Env, content: Any, media_type: str | None = None, max_age: int = 3600) -> Response:
    """Answer with a raster image for an `<img>`; any other media type is sent as a download.

    The browser of the signed-in user keeps it for `max_age` seconds; shared caches never do.
    """
    kind = media_type or getattr(content, "media_type", None)
    response = _file(env, content, None, kind, disposition="inline" if kind in _INLINE else "attachment")
    response.headers["Cache-Control"] = f"private, max-age={max_age}"
    return response


def _file(env: Env, content: Any, name: str | None, media_type: str | None, *, disposition: str) -> Response:
    body: bytes | IO[bytes]
    size: int | None = None
    if isinstance(content, bytes):
        body, size = content, len(content)
    elif hasattr(content, "read"):
        body = content
    elif getattr(content, "sha256", None):
        body, size = env.site.files.open(content.sha256), content.size
        name, media_type = name or content.name, media_type or content.media_type
    else:
        raise DeveloperError(
            "web.no-file",
            "A download needs bytes, a stream or a stored file.",
            value=type(content).__name__,
            remedy="Pass the attachment record, or bytes with name= and media_type=.",
        )
    response = Response(
        body if isinstance(body, bytes) else FileWrapper(body),
        content_type=media_type or "application/octet-stream",
        direct_passthrough=not isinstance(body, bytes),
    )
    if size is not None:
        response.content_length = size
    response.headers["Content-Disposition"] = content_disposition(disposition, name or "file")
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def content_disposition(disposition: str, name: str) -> str:
    """Write the header of RFC 6266: an ASCII name for old readers and the real one percent-encoded."""
    clean = clean_filename(name)
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode().replace('"', "_").replace("%", "_")
    stem, dot, suffix = plain.rpartition(".")
    if not (stem if dot else suffix).strip(" ."):
        plain = f"file{dot}{suffix}"
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
