"""The messages around an invoice: an order comes in as a file, its answer and what is on its way go out as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web import (
    Accept,
    Form,
    Page,
    Problem,
    Request,
    Response,
    Upload,
    download,
    extends_page,
    json_response,
    page,
    route,
)
from tradewright_base.models.partner import Partner
from tradewright_einvoice.hooks import despatch_advice
from tradewright_einvoice.services.media import XML_TYPE
from tradewright_sale.models.order import Order

from ....extends.order import PortalOrder
from ....web.home import BUYER
from ....web.paging import Paged
from ..services.prices import price_list

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_einvoice.bridges.sale.extends.order import ReceivedOrder

MAX_BODY = 12 * 1024 * 1024
Xml = Annotated[Upload, Accept((XML_TYPE,))]


class OrderFile(Form):
    """An order in UBL."""

    file: Xml


@extends_page("b2b_portal.orders")
def upload_link(env: Env, page: Page) -> dict[str, Any]:  # noqa: ARG001  # every extension has it
    """Let the list of orders offer the upload."""
    return {"upload_url": "/portal/order-upload"}


@route("/portal/orders/<uid>/response.xml", access=BUYER)
def order_response_xml(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send the answer to an own order (Peppol T76)."""
    from tradewright_einvoice.bridges.sale.services.answering import order_response  # the engine, when it is needed

    order = env[Order]
    number = env.scalar(select(order.id).where(order.uid == uid)) or env.by_uid(Order, uid).id
    with env.elevate("the answer to an order that the buyer may see"):
        found = env.one(Order, number)
        content = order_response(env, cast("ReceivedOrder", found))
        name = found.number or f"{found.id}"
    return download(env, content, f"{name}-response.xml", XML_TYPE)


@route("/portal/shipments/<uid>/despatch-advice.xml", access=BUYER)
def despatch_advice_xml(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send the despatch advice of a delivery to the own company (Peppol T16)."""
    found = env.first(despatch_advice)(env, uid)
    if found is None:
        raise NotFound("portal.no-deliveries", _("There are no deliveries here."))
    return download(env, found.content, f"{found.number}-despatch.xml", XML_TYPE)


@route("/portal/price-list.json", access=BUYER, query=Paged)
def price_list_json(env: Env, request: Request, query: Paged) -> Response:  # noqa: ARG001  # every handler has it
    """Send what is on sale at the own prices."""
    return json_response(price_list(env, query.page))


@route("/portal/order-upload", access=BUYER)
def order_upload(env: Env, request: Request) -> Response:
    """Ask for the file of an order."""
    return _page(env, request, None)


def upload_again(env: Env, request: Request, problem: Problem) -> Response:
    """Say what is wrong with the file."""
    return _page(env, request, problem)


def _page(env: Env, request: Request, problem: Problem | None, **values: Any) -> Response:
    given = {"order": None, "differences": [], "remarks": [], **values}
    text = (dict(problem.fields).get("file") or problem.text) if problem else None
    return page(env, request, "portal/order_upload.html", title=_("Upload an order"), problem=text, **given)


@route(
    "/portal/order-upload",
    methods=("POST",),
    access=BUYER,
    form=OrderFile,
    name="upload_order",
    on_error=upload_again,
    max_body=MAX_BODY,
)
def upload_order(env: Env, request: Request, form: OrderFile) -> Response:
    """Order what the file says; where we can't do it just so, it becomes a quotation for the buyer to accept."""
    from tradewright_einvoice.bridges.sale.services.taking import Sender, take_order

    with env.elevate("a buyer hands in an order: articles are looked for, prices are computed"):
        sender = Sender(
            customer=env.one(Partner, env.actor.customer_id or 0),
            contact=env.get(Partner, env.actor.contact_id or 0),
            channel="portal",
        )
        taken = take_order(env, form.file.read(), form.file.filename, sender)
        uid = getattr(taken.order, "uid")  # noqa: B009  # models with `public=True` have it
    order = cast("PortalOrder", taken.order)
    if taken.differences:
        env[PortalOrder].ask(env, [order])
    else:
        env[PortalOrder].place(env, [order])
    values = {"differences": taken.differences, "remarks": taken.remarks}
    return _page(env, request, None, order={"href": f"/portal/orders/{uid}"}, **values)
