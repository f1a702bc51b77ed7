"""The despatch advice of a shipment for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.web import Request, Response, download, route
from tradewright.web.access import staff

from ....services.media import XML_TYPE
from ..plugin import despatch_advice

if TYPE_CHECKING:
    from tradewright.orm import Env


@route("/office/einvoice/shipments/<uid>.xml", access=staff(), name="despatch_advice")
def despatch_xml(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # the signature of handlers
    """The despatch advice (Peppol T16) of a shipment that has left."""
    found = despatch_advice(env, uid)
    return download(env, found.content, f"{found.number}-despatch.xml", XML_TYPE)
