"""Sessions on the server: a random key in the cookie, its hash in the table, the actor anew at each request."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tradewright.hooks import SessionFacts, actor_for, session_facts
from tradewright.orm import bindparam, prepared, select
from tradewright.security.models import IdempotencyRecord, LoginAttempt, Session

if TYPE_CHECKING:
    from datetime import datetime

    from tradewright.orm import Actor, Env

LIFETIME = timedelta(days=14)
IDLE = timedelta(days=2)
TOUCH = timedelta(minutes=10)
"""A session's last use is written at most this often."""
KEEP_ANSWERS = timedelta(days=2)
MOST_SESSIONS = 30
"""Sessions of one user; the one that was not used longest makes room."""
_KEY_LENGTH = 43


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session and the actor behind it."""

    session_id: int
    actor: Actor
    last_seen: datetime
    language: str | None


def key_hash(key: str) -> str:
    """Return what the table keeps of a session key."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_session(env: Env, key: str | None) -> SignedIn | None:
    """Return who a session key belongs to at this moment; None for one that is unknown, over, or of a disabled user.

    Runs with the system's rights and costs one statement where an addon answers `session_facts`.
    """
    if not key or len(key) != _KEY_LENGTH or not key.isascii():
        return None
    found = _at_once(env, key_hash(key)) or _look_up(env, key_hash(key))
    if found is None or found.expires <= env.now or found.last_seen + IDLE <= env.now:
        return None
    if found.actor is None or found.actor.epoch != found.epoch:
        return None
    return SignedIn(found.session_id, found.actor, found.last_seen, found.language)


def _at_once(env: Env, hashed: str) -> SessionFacts | None:
    """Ask for session and user together, unless another addon has a say in who a user is."""
    hooks = env.site.hooks
    alone = hooks.sole(session_facts)
    if alone is None or alone != hooks.sole(actor_for):
        return None
    return env.first(session_facts)(env, env[Session], hashed)


def _look_up(env: Env, hashed: str) -> SessionFacts | None:
    """Read a session by itself, then ask who its user is."""
    model: Any = env[Session]
    row = env.execute(_facts(model), {"hash": hashed}).first()
    if row is None:
        return None
    actor = env.first(actor_for)(env, row.user_id)
    return SessionFacts(row.id, row.epoch, row.last_seen, row.expires, row.language, actor)


@prepared
def _facts(model: Any) -> Any:
    """The session with the hash of a key."""
    return select(model.id, model.user_id, model.epoch, model.last_seen, model.expires, model.language).where(
        model.key_hash == bindparam("hash")
    )


def open_session(env: Env, actor: Actor, *, peer: str, agent: str, replaces: str | None = None) -> str:
    """Make a session for a user who has just proved who they are; return its key for the cookie.

    The key is always new and `replaces` (what the browser had before) is dead afterwards, so that nobody can plant
    a session. Runs with the system's rights.
    """
    key = secrets.token_urlsafe(32)
    model = env[Session]
    if replaces:
        close_session(env, replaces)
    kept = (
        select(model.id)
        .where(model.user_id == actor.user_id)
        .order_by(model.last_seen.desc())
        .offset(MOST_SESSIONS - 1)
    )
    surplus = env.all(kept)
    if surplus:
        env.delete_where(Session, model.id.in_(surplus))
    env.add(
        model(
            key_hash=key_hash(key),
            user_id=actor.user_id,
            epoch=actor.epoch,
            created=env.now,
            last_seen=env.now,
            expires=env.now + LIFETIME,
            peer=peer[:45],
            agent="".join(sign for sign in agent[:200] if sign.isprintable()),
        )
    )
    return key


def close_session(env: Env, key: str) -> None:
    """End a session on the server. Runs with the system's rights."""
    env.delete_where(Session, env[Session].key_hash == key_hash(key))


def close_sessions(env: Env, user_id: int) -> None:
    """End all sessions of a user. Runs with the system's rights."""
    env.delete_where(Session, env[Session].user_id == user_id)


def touch_session(env: Env, session_id: int) -> None:
    """Note that a session is in use, unless another request has just done so."""
    model = env[Session]
    env.update_where(
        Session, model.id == session_id, model.last_seen < env.now - TOUCH / 2, values={"last_seen": env.now}
    )


def sweep(env: Env) -> int:
    """Delete what is over: sessions, kept answers, counters. For a schedule; returns the number of rows."""
    session, answer, counter = env[Session], env[IdempotencyRecord], env[LoginAttempt]
    return (
        env.delete_where(Session, (session.expires <= env.now) | (session.last_seen <= env.now - IDLE))
        + env.delete_where(IdempotencyRecord, answer.created <= env.now - KEEP_ANSWERS)
        + env.delete_where(LoginAttempt, counter.started <= env.now - timedelta(days=1))
    )


def set_language(env: Env, session_id: int, language: str) -> None:
    """Remember the language that a session reads."""
    env.update_where(Session, env[Session].id == session_id, values={"language": language})
