"""Orders: the list, the time line of one, ordering the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _, _n
from tradewright.orm import select
from tradewright.web import Form, Request, Response, ShortText, flash, page, redirect, route
from tradewright_product.models.product import Product
from tradewright_sale.models.order import Order

from ..extends.order import PortalOrder
from ..services import carts
from ..services.orders import OPEN_STATES, PAGE, order_page, order_rows, quantities
from .home import BUYER
from .paging import Paged, paging

if TYPE_CHECKING:
    from tradewright.orm import Env

FILTERS = (("", _("All"), ()), ("open", _("Open"), OPEN_STATES), ("done", _("Completed"), ("done",)))


class Orders(Paged):
    """What to show of the orders."""

    state: ShortText = ""
    q: ShortText = ""


class Nothing(Form):
    """A form without fields."""


@route("/portal/orders", access=BUYER, query=Orders)
def orders(env: Env, request: Request, query: Orders) -> Response:
    """List the company's orders."""
    states = next((states for value, _label, states in FILTERS if value == query.state), ())
    found = order_rows(env, states=states, words=query.q, offset=(query.page - 1) * PAGE)
    return page(
        env,
        request,
        "portal/orders.html",
        title=_("Orders"),
        orders=found.rows,
        q=query.q,
        state=query.state,
        tabs=[
            {
                "label": label,
                "url": f"/portal/orders?state={value}" if value else "/portal/orders",
                "active": value == query.state,
            }
            for value, label, _states in FILTERS
        ],
        paging=paging(env, "/portal/orders", query, found.count, PAGE),
    )


@route("/portal/orders/<uid>", access=BUYER)
def show_order(env: Env, request: Request, uid: str) -> Response:
    """Show an order with its time line."""
    order = order_page(env, uid)
    return page(env, request, "portal/order.html", title=order["title"], order=order)


@route("/portal/orders/<uid>/reorder", methods=("POST",), access=BUYER, form=Nothing)
def reorder(env: Env, request: Request, form: Nothing, uid: str) -> Response:  # noqa: ARG001  # it has no fields
    """Put what was ordered into the cart again, as far as it is still on sale."""
    order, product = env[Order], env[Product]
    number = env.scalar(select(order.id).where(order.uid == uid)) or env.by_uid(Order, uid).id
    wanted = quantities(env, number)
    sold = env.all(select(product).where(product.id.in_(list(wanted))))
    carts.put(env, {one.id: carts.fitting(one, wanted[one.id]) for one in sold})
    gone = len(wanted) - len(sold)
    if sold:
        flash(env, request, _n("{n} article is in the cart.", "{n} articles are in the cart.", len(sold)))
    if gone:
        text = _n("{n} article is no longer sold.", "{n} articles are no longer sold.", gone)
        flash(env, request, text, "warning")
    return redirect("/portal/cart")


@route("/portal/orders/<uid>/accept", methods=("POST",), access=BUYER, form=Nothing)
def accept_quotation(env: Env, request: Request, form: Nothing, uid: str) -> Response:  # noqa: ARG001  # it has no fields
    """Order what a quotation offers."""
    order = env[Order]
    number: Any = env.scalar(select(order.id).where(order.uid == uid)) or env.by_uid(Order, uid).id
    with env.elevate("the buyer may see this quotation; the operation asks for the right itself"):
        quotation = env.one(PortalOrder, number)
    env[PortalOrder].accept_quotation(env, [quotation])
    flash(env, request, _("The quotation is ordered."))
    return redirect(f"/portal/orders/{uid}")
