"""Turning an answer into what is kept with an idempotency key, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError
from tradewright.web.flash import Flash
from tradewright.web.response import Response

if TYPE_CHECKING:
    from tradewright.web.request import Request

MAX_KEPT = 256 * 1024
_KEPT_HEADERS = ("Content-Type", "Location", "Content-Disposition", "HX-Redirect", "HX-Trigger", "HX-Location")


def describe(request: Request, response: Response) -> dict[str, Any]:
    """Return the answer as plain data. A `DeveloperError` when it is too large to keep."""
    body = b"" if response.direct_passthrough else response.get_data()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if response.direct_passthrough or len(body) > MAX_KEPT or (body and not text):
        raise DeveloperError(
            "web.answer-not-kept",
            "The answer to a changing request cannot be kept for its repetition.",
            where=request.endpoint,
            value=f"{len(body)} bytes",
            remedy="Answer with a redirect to a GET page, or declare idempotent=False when it changes nothing.",
        )
    return {
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
        "body": text,
        "flashes": [asdict(one) for one in request.flashes],
    }


def restore(request: Request, answer: dict[str, Any]) -> Response:
    """Make the kept answer again, with the sentences it said."""
    request.flashes = [Flash(**one) for one in answer["flashes"]]
    response = Response(answer["body"], status=answer["status"])
    response.autocorrect_location_header = False
    for name, value in answer["headers"].items():
        response.headers[name] = value
    return response
