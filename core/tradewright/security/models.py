"""The tables of the core that keep the door: sessions, idempotency keys, counters of failed sign-ins."""

from datetime import datetime
from typing import Any

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, json, text, unique


class Session(Model, label=_("Session"), plural=_("Sessions"), order_by="-last_seen", audit="none"):
    """A signed-in browser. The cookie holds a random key, this row only its hash."""

    key_hash: Mapped[str] = text(label=_("Key"), max_length=64, unique=True, readonly=True)
    user_id: Mapped[int] = field(label=_("User"), index=True, readonly=True)
    epoch: Mapped[int] = field(label=_("Epoch"), help=_("A session of an older epoch than its user's is over."))
    created: Mapped[datetime] = field(label=_("Signed in"), readonly=True)
    last_seen: Mapped[datetime] = field(label=_("Last seen"), readonly=True)
    expires: Mapped[datetime] = field(label=_("Ends"), index=True, readonly=True)
    language: Mapped[str | None] = text(label=_("Language"), max_length=20)
    peer: Mapped[str] = text(label=_("Address"), max_length=45, default="")
    agent: Mapped[str] = text(label=_("Browser"), max_length=200, default="")


class IdempotencyRecord(Model, label=_("Answered request"), plural=_("Answered requests"), audit="none"):
    """The answer to a changing request, kept so that sending it again changes nothing and is answered alike."""

    user_id: Mapped[int] = field(label=_("User"))
    route: Mapped[str] = text(label=_("Route"), max_length=120)
    key: Mapped[str] = text(label=_("Key"), max_length=64)
    body_hash: Mapped[str] = text(label=_("Content"), max_length=64)
    created: Mapped[datetime] = field(label=_("Received"), index=True)
    answer: Mapped[dict[str, Any]] = json(label=_("Answer"), default=dict)

    _once = unique("user_id", "route", "key", message=_("This request was received already."))


class LoginAttempt(Model, label=_("Sign-in counter"), plural=_("Sign-in counters"), audit="none"):
    """Failures counted in a window of time, for an account or an address. Rows are reused, so there are never many."""

    bucket: Mapped[str] = text(label=_("Bucket"), max_length=64, unique=True)
    started: Mapped[datetime] = field(label=_("Window began"), index=True)
    failures: Mapped[int] = field(label=_("Failures"), default=0)
