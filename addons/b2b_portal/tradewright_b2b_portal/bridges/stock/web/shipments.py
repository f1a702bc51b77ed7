"""Deliveries: the list and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.web import Request, Response, ShortText, page, route

from ....web.home import BUYER
from ....web.paging import Paged, paging
from ..services.shipments import PAGE, shipment_page, shipment_rows

if TYPE_CHECKING:
    from tradewright.orm import Env


class Shipments(Paged):
    """What to show of the deliveries."""

    q: ShortText = ""


@route("/portal/shipments", access=BUYER, query=Shipments)
def shipments(env: Env, request: Request, query: Shipments) -> Response:
    """List the deliveries to the company."""
    found = shipment_rows(env, words=query.q, offset=(query.page - 1) * PAGE)
    return page(
        env,
        request,
        "portal/shipments.html",
        title=_("Deliveries"),
        shipments=found.rows,
        q=query.q,
        paging=paging(env, "/portal/shipments", query, found.count, PAGE),
    )


@route("/portal/shipments/<uid>", access=BUYER)
def show_shipment(env: Env, request: Request, uid: str) -> Response:
    """Show what is on a delivery and where it is."""
    shipment = shipment_page(env, uid)
    return page(env, request, "portal/shipment.html", title=shipment["number"], shipment=shipment)
