"""The documents of an invoice for staff. Whoever may read the invoice may have them; nothing is written by asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.web import download, route
from tradewright.web.access import staff
from tradewright_account.models.invoice import Invoice

from ..services import offering
from ..services.media import PDF_TYPE, XML_TYPE

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Request, Response


@route("/office/einvoice/<uid>.pdf", access=staff(), name="pdf")
def invoice_pdf(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # the signature of handlers
    """The newest PDF of a posted invoice."""
    invoice = env.by_uid(Invoice, uid)
    content = offering.pdf_of(env, invoice)
    return download(env, content, f"{invoice.number}.pdf", PDF_TYPE)


@route("/office/einvoice/<uid>.xml", access=staff(), name="xml")
def invoice_xml(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # the signature of handlers
    """The newest XML of a posted invoice."""
    invoice = env.by_uid(Invoice, uid)
    content = offering.xml_of(env, invoice)
    return download(env, content, f"{invoice.number}.xml", XML_TYPE)
