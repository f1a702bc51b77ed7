"""Signing somebody in from an addon's own route: an invitation that was accepted, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import NotFound
from tradewright.hooks import actor_for
from tradewright.i18n import _
from tradewright.security.sessions import open_session
from tradewright.web.cookies import remember_session, session_key

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.response import Response


def sign_in_as(env: Env, request: Request, response: Response, user_id: int) -> None:
    """Open a session for a user who has just proved who they are; the browser gets it with `response`.

    Raises `NotFound` for a user who is gone or not active.
    """
    with env.elevate("open a session"):
        env.flush()
        actor = env.first(actor_for)(env, user_id)
        if actor is None:
            raise NotFound("web.no-user", _("This user is no longer active."))
        agent = request.environ.get("HTTP_USER_AGENT", "")
        key = open_session(env, actor, peer=request.peer, agent=agent, replaces=session_key(request))
    remember_session(request, response, key)
