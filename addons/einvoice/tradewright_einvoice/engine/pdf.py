"""The invoice as a PDF/A-3 with the XML inside, rendered by WeasyPrint.

WeasyPrint costs half a second when it is first imported, so that happens at the first call. The page reaches no file
and no network: its style sheet is inside, logo and QR code are ``data:`` addresses, and anything else is refused.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template

from .bidi import isolated
from .errors import EngineError
from .facturx import embedding_of, metadata
from .model import Invoice
from .rendering import Look, shown

_HOME: Final = "about:invalid"


class RenderError(EngineError):
    """The page asks for something that it must not reach."""


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=isolated
    )
    return environment.from_string(
        files(__name__.rpartition(".")[0]).joinpath("templates", "invoice.html").read_text("utf-8")
    )


def page(invoice: Invoice, look: Look | None = None) -> str:
    """The invoice as one HTML page for printing, complete in itself."""
    return _template().render(shown(invoice, look or Look()))


def render(
    invoice: Invoice, document: bytes | None = None, *, look: Look | None = None, moment: datetime | None = None
) -> bytes:
    """The invoice as PDF/A-3b. The `document`, its XML, is embedded as an alternative form of the same invoice.

    CII inside makes it a Factur-X (ZUGFeRD) file of the level that the document names; UBL is embedded as invoice.xml.
    `moment` is the date of the embedded file, midnight of the day of issue when not given, so that the same invoice
    gives the same file.
    """
    weasyprint: Any = import_module("weasyprint")
    fetcher = _fetcher()
    laid_out = weasyprint.HTML(string=page(invoice, look), base_url=_HOME, url_fetcher=fetcher).render()
    if document is not None:
        embedding = embedding_of(document)
        when = moment or datetime.combine(invoice.issue_date, datetime.min.time(), tzinfo=UTC)
        laid_out.metadata.attachments = [
            weasyprint.Attachment(
                string=document,
                name=embedding.file_name,
                description=f"{invoice.number} (EN 16931)",
                created=when,
                modified=when,
                relationship=embedding.relationship,
                url_fetcher=fetcher,
            )
        ]
        _describe(laid_out.metadata, metadata(embedding))
    pdf: bytes = laid_out.write_pdf(
        pdf_variant="pdf/a-3b",
        pdf_identifier=invoice.number.encode(),
        pdf_tags=True,
        finisher=_name_attachments_once,
    )
    return pdf


def _describe(target: Any, more: bytes) -> None:
    """Put more descriptions into the one RDF of the metadata: a second RDF beside it would not be read."""
    write: Callable[..., bytes] = target.generate_rdf_metadata
    end = b"</rdf:RDF>"
    target.generate_rdf_metadata = lambda *about: write(*about).replace(end, more + end)


def _name_attachments_once(_document: Any, pdf: Any) -> None:
    """WeasyPrint lists an attachment of the document twice among the associated files."""
    associated = pdf.catalog.get("AF")
    if associated is not None:
        associated[:] = list(dict.fromkeys(associated))


@cache
def _fetcher() -> Any:
    """What the renderer gets addresses from: ``data:`` and nothing else."""
    urls: Any = import_module("weasyprint.urls")

    class Fetcher(urls.URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if not url[:5].lower().startswith("data:"):
                msg = f"The page of an invoice must not reach {url[:200]!r}."
                raise RenderError(msg)
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=["data"], allow_redirects=False)
