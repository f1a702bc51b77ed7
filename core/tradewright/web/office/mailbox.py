"""The mailbox: the mails of the site as their readers see them, to be looked at by administrators.

In a demonstration every member of staff may read it, because no mail leaves it. A mail is HTML that may hold what
strangers wrote, so it is shown in a frame without origin, scripts or network; only its own style sheets count.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tradewright.base import Forbidden, NotFound
from tradewright.i18n import _
from tradewright.orm import or_, select
from tradewright.web.access import staff
from tradewright.web.forms import Query
from tradewright.web.headers import CSP
from tradewright.web.page import page
from tradewright.web.response import Response, download
from tradewright.web.routes import route
from tradewright.web.website import url_for

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.request import Request

MODEL = "core.MailMessage"
DEMONSTRATION = "base.demo"
"""The setting that the data of a demonstration bring along."""
PAGE_SIZE = 50
_STYLE = re.compile(r"<style(?:\s[^>]*)?>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"<head(?:\s[^>]*)?>", re.IGNORECASE)
_TONES = {"queued": "info", "sending": "info", "sent": "success", "failed": "danger"}


class MailboxQuery(Query):
    """What the list is narrowed to: words of subject or recipient, and the page, from 1."""

    q: Annotated[str, Field(max_length=100)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


@route("/office/mailbox", access=staff(), query=MailboxQuery)
def mailbox(env: Env, request: Request, query: MailboxQuery) -> Response:
    """List the mails, newest first."""
    _check(env)
    cls: Any = env.site.registry.models[MODEL].cls
    statement = select(cls.id, cls.subject, cls.recipients, cls.state, cls.created_at).order_by(cls.id.desc())
    if query.q:
        found = (column.icontains(query.q, autoescape=True) for column in (cls.subject, cls.recipients))
        statement = statement.where(or_(*found))
    first = (query.page - 1) * PAGE_SIZE
    with env.elevate("the mailbox"):
        rows = env.execute(statement.offset(first).limit(PAGE_SIZE + 1)).all()
    labels = dict(env.site.registry.models[MODEL].fields["state"].choices)
    return page(
        env,
        request,
        "office/mailbox.html",
        title=env.t(_("Mailbox")),
        q=query.q,
        mails=[
            {
                "href": url_for(env, "office.mail", mail=row.id),
                "subject": row.subject,
                "recipients": row.recipients,
                "when": env.format.datetime(row.created_at),
                "state": env.t(labels[row.state]),
                "tone": _TONES[row.state],
            }
            for row in rows[:PAGE_SIZE]
        ],
        newer=url_for(env, "office.mailbox", q=query.q, page=query.page - 1) if first else "",
        older=url_for(env, "office.mailbox", q=query.q, page=query.page + 1) if len(rows) > PAGE_SIZE else "",
    )


@route("/office/mailbox/<int:mail>", access=staff())
def mail(env: Env, request: Request, mail: int) -> Response:
    """Show one mail: its head, its files, its body in a frame."""
    row = _mail(env, mail)
    labels = dict(env.site.registry.models[MODEL].fields["state"].choices)
    response = page(
        env,
        request,
        "office/mail.html",
        title=row.subject,
        crumbs=[
            {"label": env.t(_("Mailbox")), "url": url_for(env, "office.mailbox")},
            {"label": row.subject, "url": ""},
        ],
        mail={
            "pairs": [(label, value) for label, value in _head(env, row) if value],
            "state": env.t(labels[row.state]),
            "tone": _TONES[row.state],
            "plain": row.plain,
            "body": url_for(env, "office.mail_body", mail=mail) if row.html else "",
            "files": [
                {"name": part["name"], "href": url_for(env, "office.mail_file", mail=mail, place=place)}
                for place, part in enumerate(row.attachments, start=1)
            ],
        },
    )
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


def _head(env: Env, row: Any) -> list[tuple[str, str]]:
    return [
        (env.t(_("To")), row.recipients),
        (env.t(_("From")), row.sender),
        (env.t(_("Answers to")), row.reply_to or ""),
        (env.t(_("Written")), env.format.datetime(row.created_at)),
        (env.t(_("Error")), row.error or ""),
    ]


@route("/office/mailbox/<int:mail>/body", access=staff())
def mail_body(env: Env, request: Request, mail: int) -> Response:  # noqa: ARG001  a handler's signature
    """Answer with the HTML of a mail for the frame. Links open beside it; nothing runs, nothing is fetched."""
    html = _mail(env, mail).html
    styles = " ".join(f"'sha256-{_digest(style)}'" for style in _STYLE.findall(html)) or "'none'"
    response = Response(_HEAD.sub(lambda head: f'{head[0]}<base target="_blank">', html, count=1))
    response.headers["Content-Security-Policy"] = (
        f"sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src {styles}; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@route("/office/mailbox/<int:mail>/files/<int:place>", access=staff())
def mail_file(env: Env, request: Request, mail: int, place: int) -> Response:  # noqa: ARG001  a handler's signature
    """Answer with a file of a mail, to be saved."""
    parts = _mail(env, mail).attachments
    if place > len(parts):
        raise NotFound("mailbox.no-file", _("The mail has no such file. Go back to the mail."))
    part = parts[place - 1]
    return download(env, env.site.files.read(part["sha256"]), name=part["name"], media_type=part["media_type"])


def _check(env: Env) -> None:
    if not env.actor.has("core.admin") and not env.config(DEMONSTRATION, default=False):
        raise Forbidden("mailbox.forbidden", _("Only administrators read the mails of others."))


def _mail(env: Env, mail_id: int) -> Any:
    _check(env)
    cls: Any = env.site.registry.models[MODEL].cls
    with env.elevate("the mailbox"):
        return env.one(cls, mail_id)


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
