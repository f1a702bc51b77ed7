"""Orders for staff: one that arrived as a file, and the answer to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web import Accept, Form, Problem, Request, Response, Upload, download, page, route
from tradewright.web.access import staff
from tradewright_sale.models.order import Order

from ....services.media import XML_TYPE

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..extends.order import ReceivedOrder

MAX_BODY = 12 * 1024 * 1024
SALES = ("sale.user",)
Xml = Annotated[Upload, Accept((XML_TYPE,))]


class OrderFile(Form):
    """An order in UBL."""

    file: Xml


@route("/office/einvoice/orders/upload", access=SALES, name="order_upload")
def order_upload(env: Env, request: Request) -> Response:
    """Ask for the file of an order."""
    return _page(env, request, None)


def upload_again(env: Env, request: Request, problem: Problem) -> Response:
    """Say what is wrong with the file."""
    return _page(env, request, problem)


def _page(env: Env, request: Request, problem: Problem | None) -> Response:
    return page(
        env,
        request,
        "office/order_upload.html",
        title=_("Read a customer's order"),
        problem=(dict(problem.fields).get("file") or problem.text) if problem else None,
        order=None,
        differences=[],
    )


@route(
    "/office/einvoice/orders/upload",
    methods=("POST",),
    access=SALES,
    form=OrderFile,
    name="take_order",
    on_error=upload_again,
    max_body=MAX_BODY,
)
def take(env: Env, request: Request, form: OrderFile) -> Response:
    """Make a quotation of the file, and show where it differs from it."""
    from ..services.taking import Sender, take_order  # the engine is imported with the first document

    with env.elevate("a salesperson reads an order: its customer and articles are looked for among all"):
        taken = take_order(env, form.file.read(), form.file.filename, Sender())
        made = taken.order
        order = {
            "name": made.display_name(),
            "customer": made.customer.name,
            "href": f"/office/sale.Order/{made.id}",
        }
    return page(
        env,
        request,
        "office/order_upload.html",
        title=_("Read a customer's order"),
        problem=None,
        order=order,
        differences=[*taken.differences, *taken.remarks],
    )


@route("/office/einvoice/orders/<uid>.xml", access=staff(), name="order_response")
def response_xml(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # the signature of handlers
    """The order response (Peppol T76) of an order as it stands."""
    from ..services.answering import order_response

    model = env[Order]
    number = env.scalar(select(model.id).where(model.uid == uid)) or env.by_uid(Order, uid).id
    with env.elevate("whoever may read an order may have its answer"):
        order = cast("ReceivedOrder", env.one(Order, number))
        content = order_response(env, order)
        name = order.number or f"{order.id}"
    return download(env, content, f"{name}-response.xml", XML_TYPE)
