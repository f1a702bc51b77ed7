"""HTML to PDF by WeasyPrint, without any way to a network or a file.

The renderer sees `data:` addresses and the assets that the caller hands over by path, nothing else. WeasyPrint costs
half a second and some 60 MB when it is first imported, so that happens on first use. Rendering takes CPU time in
proportion to the pages: do it in a job, and apart (in a process of its own) where the HTML holds what strangers wrote
at length.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Literal
from urllib.parse import unquote

log = logging.getLogger(__name__)

_HOME = "http://assets.invalid/"
"""What relative addresses resolve to: a name that RFC 2606 keeps from ever existing, and that is never looked up."""
MAX_HTML = 20_000_000
MAX_DATA = 20_000_000
"""Characters of the HTML, and of one `data:` address in it."""
_CHILD_MEMORY = 2 << 30
_CHILD_JOBS = 100

Relationship = Literal["Unspecified", "Source", "Data", "Alternative", "Supplement"]


class PdfError(RuntimeError):
    """The PDF could not be made; the message says why. Nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture, style sheet or font that the HTML names by its path."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class PdfAttachment:
    """A file inside the PDF; `relationship` says what it is to the document (PDF/A-3)."""

    name: str
    content: bytes
    description: str = ""
    relationship: Relationship = "Unspecified"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    html: str
    assets: Mapping[str, Asset]
    attachments: Sequence[PdfAttachment]
    variant: str | None
    xmp: Sequence[bytes]
    moment: datetime | None
    identifier: bytes | None = field(default=None)


def render_pdf(
    html: str,
    *,
    assets: Mapping[str, Asset] | None = None,
    attachments: Sequence[PdfAttachment] = (),
    variant: str | None = None,
    xmp: Sequence[bytes] = (),
    moment: datetime | None = None,
    identifier: bytes | None = None,
    apart: bool = False,
    seconds: float = 60,
) -> bytes:
    """Render HTML to PDF.

    `assets` maps paths as the HTML writes them ("logo.png" or "/static/invoice.css") to contents. `variant` is a PDF
    profile ("pdf/a-3b", "pdf/ua-1"), `xmp` further XMP packets, `moment` the date of the attachments, `identifier` the
    file's identity (give one for the same bytes each time). `apart` renders in a child process that is bounded to 2 GiB
    and `seconds`; a child that dies or hangs raises `PdfError`, and the next call gets a new one.
    """
    if len(html) > MAX_HTML:
        raise PdfError(f"the HTML has {len(html)} characters, more than {MAX_HTML}: split the document")
    order = _Order(
        html=html,
        assets={path.lstrip("/"): asset for path, asset in (assets or {}).items()},
        attachments=tuple(attachments),
        variant=variant,
        xmp=tuple(xmp),
        moment=moment,
        identifier=identifier,
    )
    return CHILD.render(order, seconds) if apart else _render(order)


def _render(order: _Order) -> bytes:
    weasyprint: Any = import_module("weasyprint")
    fetch = _fetcher(order.assets)
    document = weasyprint.HTML(string=order.html, base_url=_HOME, url_fetcher=fetch)
    attachments = [
        weasyprint.Attachment(
            string=attachment.content,
            name=attachment.name,
            description=attachment.description or None,
            created=order.moment,
            modified=order.moment,
            relationship=attachment.relationship,
            url_fetcher=fetch,
        )
        for attachment in order.attachments
    ]
    pdf: bytes = document.write_pdf(
        attachments=attachments,
        pdf_variant=order.variant,
        pdf_identifier=order.identifier,
        pdf_tags=True,
        xmp_metadata=list(order.xmp) or None,
    )
    return pdf


def _fetcher(assets: Mapping[str, Asset]) -> Any:
    """Return what the renderer gets its addresses from: `data:` and the given assets; nothing else exists for it."""
    urls: Any = import_module("weasyprint.urls")

    class Fetcher(urls.URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url[:5].lower() == "data:" and len(url) <= MAX_DATA:
                return super().fetch(url, headers)
            if url.startswith(_HOME):
                path = unquote(url[len(_HOME) :].split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])
                if asset := assets.get(path):
                    return urls.URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})
                log.warning("the document names an asset that it was not given: %r", path[:200])
            else:
                log.warning("the document names an address that documents may not reach: %r", url[:200])
            raise ValueError("only data: addresses and given assets can be reached")

    return Fetcher(allowed_protocols=["data"], allow_redirects=False)


class _Child:
    """The process that renders apart: started on first use, replaced when it dies, hangs or has served long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def render(self, order: _Order, seconds: float) -> bytes:
        with self._lock:
            pool = self._pool = self._pool or self._start()
        try:
            return pool.submit(_render, order).result(seconds)
        except BrokenProcessPool as error:
            self._drop(pool)
            raise PdfError("the process that renders PDF files died, perhaps of too large a document") from error
        except TimeoutError as error:
            self._drop(pool)
            raise PdfError(f"the PDF was not ready after {seconds:g} seconds: make the document smaller") from error

    def close(self) -> None:
        """End the process, if there is one."""
        if self._pool is not None:
            self._drop(self._pool)

    @staticmethod
    def _start() -> ProcessPoolExecutor:
        from multiprocessing import get_context

        # Spawned, not forked: a fork of a threaded server may inherit a lock that nobody will release.
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_confine, max_tasks_per_child=_CHILD_JOBS)

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _confine() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_CHILD_MEMORY, _CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


CHILD = _Child()
