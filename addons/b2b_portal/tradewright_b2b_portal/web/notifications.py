"""What the buyer was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.web import Form, Request, Response, page, redirect, route

from ..models.notification import Notification
from .home import BUYER, news

if TYPE_CHECKING:
    from tradewright.orm import Env

SHOWN = 100


class Nothing(Form):
    """A form without fields."""


@route("/portal/notifications", access=BUYER)
def notifications(env: Env, request: Request) -> Response:
    """List what was told, the newest first."""
    items = news(env, limit=SHOWN)
    unread = any(item["unread"] for item in items)
    return page(env, request, "portal/notifications.html", title=_("Notifications"), items=items, unread=unread)


@route("/portal/notifications/<int:number>/read", methods=("POST",), access=BUYER, form=Nothing)
def mark_read(env: Env, request: Request, form: Nothing, number: int) -> Response:  # noqa: ARG001  # it has no fields
    """Mark one as read."""
    notice = env[Notification]
    if not env.update_where(Notification, notice.id == min(number, 2**62), values={"read_at": env.now}):
        raise NotFound("portal.no-notification", _("This record does not exist, or you have no access to it."))
    return redirect(request.back if request.back.startswith("/portal") else "/portal/notifications")


@route("/portal/notifications/read", methods=("POST",), access=BUYER, form=Nothing)
def mark_all_read(env: Env, request: Request, form: Nothing) -> Response:  # noqa: ARG001  # it has no fields
    """Mark all as read."""
    env.update_where(Notification, env[Notification].read_at.is_(None), values={"read_at": env.now})
    return redirect("/portal/notifications")
