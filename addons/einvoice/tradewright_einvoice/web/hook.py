"""Access points call us here with receipts and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web import json_response, public, route

from ..models.access_point import AccessPoint

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Request, Response

MOST = 24 * 1024 * 1024


@route(
    "/einvoice/access-point/<uid>",
    methods=("POST",),
    access=public(reason="a program calls, and signs what it says with a key that only both sides know", signed=True),
    max_body=MOST,
    name="hook",
)
def access_point_calls(env: Env, request: Request, uid: str) -> Response:
    """Take the messages of a call that is signed rightly; all others are answered like an address that is none."""
    from ..services.channels.base import Refused, TryLater
    from ..services.channels.client import read_call
    from ..services.receipts import take_messages

    with env.elevate("whoever calls has signed with the key of the access point, or is sent away"):
        point = env.scalar(select(env[AccessPoint]).where(env[AccessPoint].uid == uid))
        secret = point.hook_secret if point is not None and point.active else None
        if point is None or not secret:
            raise _nothing_here()
        try:
            messages = read_call(request.received, request.headers.get("X-Signature", "")[:400], secret, env.now)
        except (Refused, TryLater):
            raise _nothing_here() from None
        return json_response({"taken": take_messages(env, point.id, point.company_id, messages)})


def _nothing_here() -> NotFound:
    return NotFound("einvoice.no-hook", _("There is nothing at this address."))
