"""The same request twice changes something once: its answer is kept in the transaction that made it.

A repetition that comes while the first is still running waits for the unique key, then gets the first one's answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tradewright.base import UserError
from tradewright.i18n import _
from tradewright.orm import select
from tradewright.orm.once import insert_once
from tradewright.security.models import IdempotencyRecord

if TYPE_CHECKING:
    from tradewright.orm import Env

_KEY = re.compile(r"[A-Za-z0-9_.:-]{8,64}", re.ASCII)


class KeyMissing(UserError):
    """A changing request has no usable idempotency key."""

    status = 400

    def __init__(self) -> None:
        super().__init__(
            "web.idempotency-key",
            _("This request has no key that tells a repetition apart: reload the page and send it again."),
        )


class KeyReused(UserError):
    """The key was used for a request with another content."""

    def __init__(self) -> None:
        super().__init__(
            "web.idempotency-reused",
            _("This page was already sent with other content: reload it to see what was saved."),
        )


def check_key(key: str | None) -> str:
    """Return a usable key; raise `KeyMissing` otherwise."""
    if not key or not _KEY.fullmatch(key):
        raise KeyMissing
    return key


def begin(env: Env, *, user_id: int, route: str, key: str, body_hash: str) -> dict[str, Any] | None:
    """Take the key for this transaction; return the kept answer when the request was answered before.

    Runs with the system's rights, before anything else of the command. Raises `KeyReused` for another content.
    """
    taken = insert_once(
        env, IdempotencyRecord, user_id=user_id, route=route, key=key, body_hash=body_hash, created=env.now, answer={}
    )
    if taken is not None:
        return None
    model = env[IdempotencyRecord]
    row = env.execute(
        select(model.body_hash, model.answer).where(model.user_id == user_id, model.route == route, model.key == key)
    ).one()
    if row.body_hash != body_hash:
        raise KeyReused
    return dict(row.answer)


def keep(env: Env, *, user_id: int, route: str, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer with the key, in the transaction that made it."""
    model = env[IdempotencyRecord]
    with env.elevate("keep the answer to a request"):
        env.update_where(
            IdempotencyRecord,
            model.user_id == user_id,
            model.route == route,
            model.key == key,
            values={"answer": answer},
        )
