"""Programs hand documents over here; `docs/how-to/receive-e-invoices.md` says how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Conflict
from tradewright.web import json_response, public, route

from ..services.inbound import calls

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Request, Response


@route(
    "/einvoice/in/<slug>/v1/documents",
    methods=("POST",),
    access=public(reason="a program hands a document over and proves itself by its key", signed=True),
    max_body=calls.MOST,
    name="hand_over",
)
def hand_over(env: Env, request: Request, slug: str) -> Response:
    """Take a document; a repetition under its key is answered like the first call."""
    from ..services.inbound.arriving import Arrival, take

    with env.elevate("whoever calls has the key of the way in, or is sent away"):
        inbox = calls.caller(env, slug, request.headers.get("Authorization", "")[:400])
        if inbox is None:
            return _refused(401, "key", "The key is wrong.")
        key = request.headers.get("Idempotency-Key", "")
        if not calls.KEY.fullmatch(key):
            return _refused(400, "idempotency-key", "The header Idempotency-Key is missing, or is none.")
        try:
            found = calls.document_of(request.received, request.headers.get("Content-Type", ""), dict(request.headers))
        except calls.CallRefused as refusal:
            return _refused(refusal.status, refusal.code, str(refusal))
        arrival = Arrival(
            name=found.name or "document.xml",
            content=found.content,
            source="http",
            inbox=inbox,
            key=f"{inbox.id}:{key}",
        )
        try:
            received = take(env, arrival)
        except Conflict as conflict:
            return _refused(409, conflict.code, str(conflict.text))
        return json_response({"id": received.uid, "status": "accepted", "state": received.state}, status=202)


def _refused(status: int, code: str, detail: str) -> Response:
    return json_response({"error": code, "detail": detail}, status=status)
