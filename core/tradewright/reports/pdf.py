"""HTML to PDF by WeasyPrint, without any way to a network or a file.

The renderer sees `data:` addresses and the assets that the caller hands over by path, nothing else. WeasyPrint costs half a
second and some 60 MB when it is first imported, so that happens on first use. Rendering takes CPU time in
proportion to the pages: do it in a job, and apart (in a process of its own) where the HTML holds what strangers wrote at length.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

log = logging.getLogger(__name__)

_HOME = "http://assets.invalid/"
"""What relative addresses resolve to: a name that RFC 2606 keeps from ever existing, and that is never looked up."""
MAX_HTML = 20_000_000
MAX_ASSET = 10_000_000
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

    `assets` maps paths as the HTML writes them ("logo.png" or "/static/invoice.css") to contents. `variant` is a PDF profile
    ("pdf/a-3b", "pdf/ua-1"), `xmp` further XMP packets, `moment` the date of the attachments, `identifier` the
    file's identity (give one for the same bytes each time). `apart` renders in a child process that is bounded to 2 GiB and
    `seconds`; a child that dies or hangs raises `PdfError`, and the next call gets a new one.
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
    return _CHILD.render(order, seconds) if apart else _render(order)


def _render(order: _Order) -> bytes:
    import weasyprint

    fetcher = _fetcher(order.assets)
    document = weasyprint.HTML(string=order.html, base_url=_HOME, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(
        attachments=[_attachment(attachment, order.moment, fetcher) for attachment in order.attachments],
        pdf_variant=order.variant,
        pdf_identifier=order.identifier,
        pdf_tags=True,
        xmp_metadata=list(order.xmp) or None,
    )
    return pdf


def _attachment(attachment: PdfAttachment, moment: datetime | None, fetcher: URLFetcher) -> Any:
    import weasyprint

    return weasyprint.Attachment(
        string=attachment.content,
        name=attachment.name,
        description=attachment.description or None,
        created=moment,
        modified=moment,
        relationship=attachment.relationship,
        url_fetcher=fetcher,
    )


def _fetcher(assets: Mapping[str, Asset]) -> URLFetcher:
    from urllib.parse import unquote

    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """Serves `data:` addresses and the given assets; everything else is as if it did not exist."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url[:5].lower() == "data:" and len(url) <= 2 * MAX_ASSET:
                return super().fetch(url, headers)
            if url.startswith(_HOME):
                path = unquote(url[len(_HOME) :].split("?")[0].split("#")[0])
                if asset := assets.get(path):
                    return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})
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


_CHILD = _Child()
