"""Invoices: the list, one of them, its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.web import Page, Request, Response, ShortText, extends_page, json_response, page, route

from ....web.home import BUYER
from ....web.paging import Paged, paging
from ..services.balance import balance
from ..services.invoices import PAGE, invoice_json, invoice_page, invoice_rows

if TYPE_CHECKING:
    from tradewright.orm import Env

FILTERS = (("", _("All")), ("open", _("Open")), ("overdue", _("Overdue")), ("credit", _("Credit notes")))


class Invoices(Paged):
    """What to show of the invoices."""

    state: ShortText = ""
    q: ShortText = ""


@extends_page("b2b_portal.home")
def on_home(env: Env, page: Page) -> dict[str, Any]:  # noqa: ARG001  # every extension has it
    """Show the balance and what is due."""
    return {"balance": balance(env), "due": invoice_rows(env, which="open", limit=5).rows}


@route("/portal/invoices", access=BUYER, query=Invoices)
def invoices(env: Env, request: Request, query: Invoices) -> Response:
    """List the company's invoices and credit notes."""
    found = invoice_rows(env, which=query.state, words=query.q, offset=(query.page - 1) * PAGE)
    return page(
        env,
        request,
        "portal/invoices.html",
        title=_("Invoices"),
        invoices=found.rows,
        q=query.q,
        state=query.state,
        tabs=[
            {
                "label": label,
                "url": f"/portal/invoices?state={value}" if value else "/portal/invoices",
                "active": value == query.state,
            }
            for value, label in FILTERS
        ],
        paging=paging(env, "/portal/invoices", query, found.count, PAGE),
    )


@route("/portal/invoices/<uid>", access=BUYER)
def show_invoice(env: Env, request: Request, uid: str) -> Response:
    """Show an invoice."""
    invoice = invoice_page(env, uid)
    return page(env, request, "portal/invoice.html", title=invoice["number"], invoice=invoice)


@route("/portal/invoices/<uid>.json", access=BUYER)
def invoice_as_json(env: Env, request: Request, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send an invoice in our own JSON."""
    data = invoice_json(env, uid)
    response = json_response(data)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(data["number"])}.json"'
    return response


def _file_name(number: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in number)
