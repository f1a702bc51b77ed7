"""A request: werkzeug's, with our limits, the real peer, and what the framework has found out about it."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestURITooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request as _Request

from tradewright.i18n import normalise
from tradewright.web import strict_json
from tradewright.web.forms import MAX_NAME
from tradewright.web.response import MAX_LOCATION, local_path
from tradewright.web.strict_json import is_clean
from tradewright.web.uploads import Upload, receive

if TYPE_CHECKING:
    from tradewright.orm import Actor
    from tradewright.security.sessions import SignedIn
    from tradewright.web.flash import Flash
    from tradewright.web.forgery import Forgery
    from tradewright.web.urls import Endpoint
    from tradewright.web.website import Website

MAX_QUERY = 8_000
MAX_PATH = 2_000
MAX_FIELDS = 2_000
MAX_FIELD_BYTES = 256 * 1024
MAX_IN_MEMORY = 512 * 1024
JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Request(_Request):
    """What a handler gets to know of a request. Input comes through `form=` and `query=`, not from here."""

    max_form_parts = MAX_FIELDS
    max_form_memory_size = MAX_FIELD_BYTES

    website: Website
    endpoint_found: Endpoint | None = None
    variables: dict[str, Any]
    actor: Actor | None = None
    signed_in: SignedIn | None = None
    forgery: Forgery
    flashes: list[Flash]
    shown_flashes: bool = False
    session_given: bool = False
    body_hash: str = ""
    #: The body of a call that is proven by its signature; empty for all others.
    received: bytes = b""

    def __init__(self, environ: dict[str, Any], *, proxies: int = 0) -> None:
        super().__init__(environ, populate_request=False)
        self.reference = secrets.token_hex(6)
        self.variables = {}
        self.flashes = []
        self.spooled: list[IO[bytes]] = []
        self.peer = real_peer(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""), proxies)
        if proxies and environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip() == "https":
            environ["wsgi.url_scheme"] = "https"
        self.scheme = environ["wsgi.url_scheme"]

    @property
    def endpoint(self) -> str:
        """The name of the route, `addon.function`; empty where none matched."""
        return self.endpoint_found.name if self.endpoint_found else ""

    @property
    def safe(self) -> bool:
        """Tell whether the method may change nothing."""
        return self.method in {"GET", "HEAD"}

    @cached_property
    def wants_json(self) -> bool:
        """Tell whether the client reads JSON rather than HTML: it says so, or sends JSON itself."""
        accept = self.environ.get("HTTP_ACCEPT", "")
        if not accept or accept == "*/*":
            return self.mimetype == JSON
        return bool(self.accept_mimetypes.best_match(["text/html", JSON]) == JSON)

    @property
    def htmx(self) -> bool:
        """Tell whether a part of a page asks, not the browser for a page."""
        return "HTTP_HX_REQUEST" in self.environ

    @property
    def partial(self) -> bool:
        """Tell whether only a part of the page is exchanged; a boosted link exchanges all of it."""
        return self.htmx and "HTTP_HX_BOOSTED" not in self.environ

    @property
    def back(self) -> str:
        """The address of the own page that this request comes from, or the start page."""
        referer = self.environ.get("HTTP_REFERER", "")
        for origin in self.website.origins(self):
            if referer.startswith(origin + "/"):
                return local_path(referer[len(origin) :]) or "/"
        return "/"

    @property
    def here(self) -> str:
        """The address of this request, relative to the host."""
        query = self.environ.get("QUERY_STRING", "")
        return f"{self.path}?{query}" if query else self.path

    @cached_property
    def wanted_language(self) -> str:
        """The language that the visitor chose in this browser, as a tag; empty for none."""
        return normalise(self.cookies.get("language", "")[:20])

    @cached_property
    def theme(self) -> str:
        """The appearance that the visitor chose: `light`, `dark`, or empty for that of the device."""
        chosen = self.cookies.get("theme", "")
        return chosen if chosen in {"light", "dark"} else ""

    def check_line(self) -> None:
        """Refuse addresses that are too long or not clean text. Raises werkzeug's BadRequest or RequestURITooLarge."""
        query = self.environ.get("QUERY_STRING", "")
        if len(query) > MAX_QUERY or len(self.path) > MAX_PATH:
            raise RequestURITooLarge
        # werkzeug writes U+FFFD for bytes that are no UTF-8.
        if "\ufffd" in self.path or "\x00" in self.path or "\\" in self.path:
            raise BadRequest

    def query_pairs(self) -> list[tuple[str, str]]:
        """Return names and values of the query, strictly decoded."""
        return _pairs(self.environ.get("QUERY_STRING", ""))

    def body_pairs(self, limit: int) -> list[tuple[str, str | Upload]]:
        """Read a posted form; files become `Upload`s. Raises werkzeug's errors for 400, 413 and 415."""
        self._limit(limit)
        if self.mimetype == URLENCODED:
            try:
                text = self._whole(limit).decode("ascii")
            except UnicodeDecodeError:
                raise BadRequest from None
            return list(_pairs(text))
        if self.mimetype == MULTIPART:
            return self._multipart()
        if not self.mimetype and not self.content_length:
            return []
        raise UnsupportedMediaType

    def body_json(self, limit: int) -> Any:
        """Read a JSON body strictly. Raises `strict_json.JsonError` and werkzeug's RequestEntityTooLarge."""
        self._limit(limit)
        return strict_json.loads(self._whole(limit))

    def body_bytes(self, limit: int) -> bytes:
        """Read a body as it came. Raises werkzeug's RequestEntityTooLarge."""
        self._limit(limit)
        return self._whole(limit)

    def _whole(self, limit: int) -> bytes:
        data = self.get_data(cache=False)
        # A body without a length is cut off at the limit: half a form must not pass for a whole one.
        if self.content_length is None and len(data) >= limit:
            raise RequestEntityTooLarge
        return data

    def _spool(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Give the parser a place for a file: in memory while it is small, then on disk; closed with the request."""
        del total_content_length, content_type, filename, content_length  # what the client says of itself
        place: IO[bytes] = SpooledTemporaryFile(max_size=MAX_IN_MEMORY)  # noqa: SIM115  closed by close_files
        self.spooled.append(place)
        return place

    def rewind_files(self) -> None:
        """Let what was received be read from its start, by a command that is run again."""
        for place in self.spooled:
            place.seek(0)

    def close_files(self) -> None:
        """Close what was received; handlers have stored by then what they want to keep."""
        for place in self.spooled:
            place.close()

    def _limit(self, limit: int) -> None:
        self.max_content_length = limit
        if self.content_length is not None and self.content_length > limit:
            raise RequestEntityTooLarge

    def _multipart(self) -> list[tuple[str, str | Upload]]:
        parser = FormDataParser(
            stream_factory=self._spool,
            max_form_memory_size=MAX_FIELD_BYTES,
            max_form_parts=MAX_FIELDS,
            max_content_length=None,
            silent=False,
        )
        try:
            _stream, fields, files = parser.parse(
                self.stream, MULTIPART, self.content_length, options=self.mimetype_params
            )
        except (ValueError, UnicodeError):
            raise BadRequest from None
        found: list[tuple[str, str | Upload]] = [(name or "", value) for name, value in fields.items(multi=True)]
        if any("\ufffd" in value for _name, value in found if isinstance(value, str)):
            raise BadRequest
        for name, file in files.items(multi=True):
            upload = receive(file.filename or "", file.stream)
            if upload.size or file.filename:
                found.append((name or "", upload))
        return [(name, value) for name, value in _checked(found)]


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        raise BadRequest from None
    except ValueError:
        raise RequestEntityTooLarge from None
    return list(_checked(pairs))


def _checked(pairs: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in pairs:
        if len(name) > MAX_NAME or not is_clean(name):
            raise BadRequest
        yield name, value


def real_peer(remote: str, forwarded: str, proxies: int) -> str:
    """Return the address that the request really comes from.

    Each proxy in front appends the address it was called from, so with `proxies` of them the entry at that place from
    the right is true; what stands before it was written by the client and is worth nothing.
    """
    if not proxies:
        return remote
    entries = [entry.strip() for entry in forwarded.split(",") if entry.strip()]
    candidate = entries[-proxies] if len(entries) >= proxies else (entries[0] if entries else remote)
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return remote


def next_page(target: str | None) -> str | None:
    """Return where to go after signing in; None for anything that leaves this site or would sign out again."""
    path = local_path(target)
    if path is None or len(path) > MAX_LOCATION or path.startswith(("/login", "/logout")):
        return None
    return path
