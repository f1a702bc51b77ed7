"""PDF and XML of the own invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright.web import Request, Response, download, route
from tradewright_account.models.invoice import Invoice
from tradewright_einvoice.services import offering
from tradewright_einvoice.services.media import PDF_TYPE, XML_TYPE

from ....web.home import BUYER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewright.orm import Env


@route("/portal/invoices/<uid>.pdf", access=BUYER)
def invoice_pdf(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send an invoice as PDF."""
    return _send(env, uid, offering.pdf_of, "pdf", PDF_TYPE)


@route("/portal/invoices/<uid>.xml", access=BUYER)
def invoice_xml(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send an invoice as the XML of EN 16931."""
    return _send(env, uid, offering.xml_of, "xml", XML_TYPE)


def _send(env: Env, uid: str, make: Callable[[Env, Invoice], bytes], ending: str, media_type: str) -> Response:
    """Make a file of an invoice that the buyer may see: found with the buyer's rights, written with the system's."""
    invoice = env[Invoice]
    number = env.scalar(select(invoice.id).where(invoice.uid == uid)) or env.by_uid(Invoice, uid).id
    with env.elevate("a document of an invoice that the buyer may see"):
        found = env.one(Invoice, number)
        content = make(env, found)
        return download(env, content, f"{found.number}.{ending}", media_type)
