"""Tickets: the list, a new one, the talk on one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.web import (
    Document,
    Form,
    LongText,
    Money,
    Page,
    Problem,
    Query,
    RecordId,
    Request,
    Response,
    ShortText,
    download,
    extends_page,
    flash,
    page,
    redirect,
    route,
)
from tradewright_b2b_portal.web.home import BUYER
from tradewright_b2b_portal.web.paging import Paged, paging

from ..extends.ticket import PortalTicket
from ..services.tickets import (
    KINDS,
    OPEN,
    PAGE,
    About,
    answer,
    file_of,
    find_about,
    number_of,
    start,
    ticket_page,
    ticket_rows,
)

if TYPE_CHECKING:
    from tradewright.orm import Env

MAX_BODY = 52 * 1024 * 1024
FILTERS = (("", _("All"), ()), ("open", _("Open"), OPEN), ("waiting", _("Waiting for you"), ("waiting",)))


class Which(Query):
    """What a new ticket is about, by public ids; `line` is a line of it."""

    order: ShortText = ""
    shipment: ShortText = ""
    invoice: ShortText = ""
    line: RecordId | None = None


class Tickets(Paged):
    """What to show of the tickets."""

    state: ShortText = ""


class New(Form):
    """A question or complaint; `document` and `uid` name what it is about."""

    kind: Literal["question", "dispute"] = "question"
    subject: ShortText
    body: LongText
    amount: Money | None = None
    document: Literal["", "order", "shipment", "invoice"] = ""
    uid: ShortText = ""
    line: RecordId | None = None
    files: list[Document] = []


class Reply(Form):
    """What is written on a ticket."""

    body: LongText
    files: list[Document] = []


class Nothing(Form):
    """A form without fields."""


@extends_page("/portal*")
def problem_link(env: Env, page: Page) -> dict[str, Any]:  # noqa: ARG001  # every extension has it
    """Let pages offer a ticket about what they show."""
    return {"problem_url": "/portal/tickets/new"} if env.actor.kind == "portal" else {}


@extends_page("b2b_portal.home")
def on_home(env: Env, page: Page) -> dict[str, Any]:  # noqa: ARG001  # every extension has it
    """Show what waits for the buyer."""
    return {"tickets": ticket_rows(env, states=OPEN, limit=4).rows}


@route("/portal/tickets", access=BUYER, query=Tickets)
def tickets(env: Env, request: Request, query: Tickets) -> Response:
    """List the company's tickets."""
    states = next((states for value, _label, states in FILTERS if value == query.state), ())
    found = ticket_rows(env, states=states, offset=(query.page - 1) * PAGE)
    return page(
        env,
        request,
        "portal/tickets.html",
        title=_("Tickets"),
        tickets=found.rows,
        tabs=[
            {
                "label": label,
                "url": f"/portal/tickets?state={value}" if value else "/portal/tickets",
                "active": value == query.state,
            }
            for value, label, _states in FILTERS
        ],
        paging=paging(env, "/portal/tickets", query, found.count, PAGE),
    )


@route("/portal/tickets/new", access=BUYER, query=Which)
def new_ticket(env: Env, request: Request, query: Which) -> Response:
    """Ask what is wrong, with the document named already."""
    document = next((name for name in ("order", "shipment", "invoice") if getattr(query, name)), "")
    typed = {"document": document, "uid": getattr(query, document) if document else "", "line": query.line or ""}
    return _new(env, request, typed, None)


def new_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show what is wrong with the ticket."""
    return _new(env, request, dict(problem.values), problem)


def _new(env: Env, request: Request, typed: dict[str, Any], problem: Problem | None) -> Response:
    names = ("kind", "subject", "body", "amount", "document", "uid", "line")
    given = {name: str(typed.get(name) or "") for name in names}
    return page(
        env,
        request,
        "portal/ticket_new.html",
        title=_("Tell us what is wrong") if given["document"] else _("New ticket"),
        about=_about(
            env, given["document"], given["uid"], int(given["line"]) if given["line"].isdigit() else None
        ).text,
        kinds=[("question", KINDS["question"]), ("dispute", KINDS["dispute"])],
        typed={**given, "kind": given["kind"] or ("dispute" if given["line"] else "question")},
        currency=env.company.currency.code,
        problem=problem.text if problem else None,
        fields=dict(problem.fields) if problem else {},
    )


def _about(env: Env, document: str, uid: str, line: int | None) -> About:
    return find_about(env, document, uid, line) if document else About()


@route(
    "/portal/tickets/new",
    methods=("POST",),
    access=BUYER,
    form=New,
    name="start_ticket",
    on_error=new_again,
    max_body=MAX_BODY,
)
def start_ticket(env: Env, request: Request, form: New) -> Response:
    """Open the ticket."""
    if not form.subject:
        text = _("This field is needed.")
        raise Invalid("helpdesk.subject", text, fields={"subject": text})
    about = _about(env, form.document, form.uid, form.line)
    uid = start(
        env,
        subject=form.subject[:200],
        body=form.body,
        kind=form.kind,
        about=about,
        amount=form.amount,
        files=form.files,
    )
    flash(env, request, _("We have your message and get back to you."))
    return redirect(f"/portal/tickets/{uid}")


@route("/portal/tickets/<uid>", access=BUYER)
def show_ticket(env: Env, request: Request, uid: str) -> Response:
    """Show the talk on a ticket."""
    return _show(env, request, uid, None)


def show_again(env: Env, request: Request, problem: Problem, uid: str) -> Response:
    """Show what is wrong with the message."""
    return _show(env, request, uid, problem)


def _show(env: Env, request: Request, uid: str, problem: Problem | None) -> Response:
    ticket = ticket_page(env, uid)
    fields = dict(problem.fields) if problem else {}
    return page(
        env,
        request,
        "portal/ticket.html",
        title=ticket["subject"],
        ticket=ticket,
        typed=str(problem.values.get("body", "")) if problem else "",
        problem=(fields.get("body") or next(iter(fields.values()), problem.text)) if problem else None,
    )


@route(
    "/portal/tickets/<uid>",
    methods=("POST",),
    access=BUYER,
    form=Reply,
    name="reply",
    on_error=show_again,
    max_body=MAX_BODY,
)
def reply(env: Env, request: Request, form: Reply, uid: str) -> Response:  # noqa: ARG001  # every handler has it
    """Write on a ticket."""
    answer(env, uid, form.body, form.files)
    return redirect(f"/portal/tickets/{uid}")


@route("/portal/tickets/<uid>/reopen", methods=("POST",), access=BUYER, form=Nothing)
def reopen_ticket(env: Env, request: Request, form: Nothing, uid: str) -> Response:  # noqa: ARG001  # it has no fields
    """Open a ticket again."""
    number = number_of(env, uid)
    with env.elevate("the buyer may see this ticket; the operation asks for the right itself"):
        ticket = env.one(PortalTicket, number)
    env[PortalTicket].open_again(env, [ticket])
    flash(env, request, _("The ticket is open again: tell us what is still missing."))
    return redirect(f"/portal/tickets/{uid}")


@route("/portal/tickets/<uid>/files/<file>", access=BUYER)
def ticket_file(env: Env, request: Request, uid: str, file: str) -> Response:  # noqa: ARG001  # every handler has it
    """Send a file of a message."""
    return download(env, file_of(env, uid, file))
