"""The catalogue: found, looked at, put into the cart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.web import Code, Form, Quantity, Request, Response, ShortText, flash, page, picture, redirect, route
from tradewright_base.models.attachment import Attachment
from tradewright_product.models.product import Product

from ..services import carts, catalogue
from ..services.words import amount, filled
from .frame import counts
from .home import BUYER
from .paging import MOST_PAGES, Paged, paging

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.models.category import Category


class Search(Paged):
    """What to show of the catalogue."""

    q: ShortText = ""
    category: ShortText = ""
    campaign: ShortText = ""


class Add(Form):
    """An article and how much of it."""

    sku: Code
    quantity: Quantity


@route("/portal/catalogue", access=BUYER, query=Search)
def browse(env: Env, request: Request, query: Search) -> Response:
    """List what is on sale."""
    tree = catalogue.categories(env)
    within = catalogue.below(tree, query.category) if query.category else None
    if query.category and within is None:
        raise NotFound(
            "portal.no-category", _("This category does not exist any more: look through the whole catalogue.")
        )
    shelf = catalogue.shelf(env, query.campaign) if query.campaign else None
    if query.campaign and shelf is None:
        raise NotFound("portal.no-campaign", _("This campaign is over: look through the whole catalogue."))
    at = min(query.page, MOST_PAGES)
    found = catalogue.find(env, query.q, within, at, shelf.covered if shelf else None)
    return page(
        env,
        request,
        "portal/catalogue.html",
        title=_("Catalogue"),
        words=query.q,
        count=found.count,
        chips=[*_campaign_chip(query, shelf), *_chips(tree, query)],
        chosen=next((one.name for one in tree if one.uid == query.category), shelf.headline if shelf else None),
        filtered=bool(query.category or query.campaign),
        products=catalogue.shown(env, found.products),
        paging=paging(env, "/portal/catalogue", query, found.count, catalogue.PAGE),
    )


def _campaign_chip(query: Search, shelf: catalogue.Shelf | None) -> list[dict[str, Any]]:
    """The chosen campaign, to be taken away again."""
    if shelf is None:
        return []
    whole = query.model_copy(update={"campaign": ""})
    return [{"label": shelf.headline, "url": _address(whole, query.category), "active": True}]


def _chips(tree: list[Category], query: Search) -> list[dict[str, Any]]:
    """The categories above and including the chosen one, then those right below it."""
    by_id = {one.id: one for one in tree}
    chosen = next((one for one in tree if one.uid == query.category), None)
    chips: list[dict[str, Any]] = []
    above = chosen
    while above is not None:
        back = by_id.get(above.parent_id or 0)
        chips.insert(0, {"label": above.name, "url": _address(query, back.uid if back else ""), "active": True})
        above = back
    level = chosen.id if chosen else None
    chips += [{"label": one.name, "url": _address(query, one.uid)} for one in tree if one.parent_id == level]
    return chips


def _address(query: Search, category: str) -> str:
    from urllib.parse import urlencode

    wanted = (("q", query.q), ("campaign", query.campaign), ("category", category))
    kept = {key: value for key, value in wanted if value}
    return f"/portal/catalogue?{urlencode(kept)}" if kept else "/portal/catalogue"


@route("/portal/products/<uid>", access=BUYER)
def show_product(env: Env, request: Request, uid: str) -> Response:
    """Show one article."""
    product = env.by_uid(Product, uid)
    (shown,) = catalogue.shown(env, [product])
    facts = filled(
        [
            (_("Article number"), product.sku),
            (_("Barcode"), product.barcode or ""),
            (_("Category"), product.category.name if product.category else ""),
            (_("Pack size"), amount(env, product.pack_size, product.uom)),
            (_("Smallest order"), amount(env, product.smallest_quantity, product.uom)),
            (_("Weight"), env.format.quantity(product.weight, "kg") if product.weight else ""),
        ]
    )
    return page(
        env,
        request,
        "portal/product.html",
        title=product.name,
        product={**shown, "description": None},
        text=product.description or "",
        facts=facts,
    )


@route("/portal/products/<uid>/picture", access=BUYER)
def product_picture(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send the picture of an article."""
    product = env.by_uid(Product, uid)
    with env.elevate("the picture of an article that the buyer sees"):
        found = env.get(Attachment, catalogue.picture_id(product) or 0)
    if found is None:
        raise NotFound("portal.no-picture", _("This article has no picture."))
    return picture(env, found)


@route("/portal/cart/add", methods=("POST",), access=BUYER, form=Add)
def add(env: Env, request: Request, form: Add) -> Response:
    """Put an article into the cart."""
    product = carts.find_product(env, form.sku)
    quantity = carts.fitting(product, form.quantity)
    carts.put(env, {product.id: quantity})
    added = amount(env, quantity, product.uom)
    said = _("Added to the cart: {product}, {quantity}", quantity=added, product=product.name)
    if request.htmx:
        lines, _unread, _name = counts(env)
        response = page(env, request, "portal/cart_count.html", lines=lines)
        response.headers["HX-Trigger"] = _toast(env, said)
        return response
    flash(env, request, said)
    return redirect(request.back if request.back.startswith("/portal") else "/portal/cart")


def _toast(env: Env, said: Any) -> str:
    import json

    return json.dumps({"toast": {"text": env.t(said), "tone": "success"}})
