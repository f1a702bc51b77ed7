"""The headers that every answer carries, errors included. Nothing here looks at the request's content."""

from __future__ import annotations

from werkzeug.datastructures import Headers

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SANDBOX = "sandbox; default-src 'none'"
"""For what users have uploaded: even opened in a tab it has no origin and runs nothing."""

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
PRIVATE = "private, no-store"


def finish(headers: Headers, *, secure: bool) -> None:
    """Add what is missing: a handler may only tighten the policy of its own answer, never drop it."""
    for name, value in _ALWAYS:
        if name not in headers:
            headers[name] = value
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = CSP
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = PRIVATE
    if secure:
        headers[_HSTS[0]] = _HSTS[1]
