"""Limits on guessing: failures are counted per account and per real address, in a table that cannot grow.

An account or address falls into one of 65,536 buckets, so the rows are bounded whatever names are tried; a full bucket
is not written again before its window is over, so a flood writes little.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tradewright.base import UserError
from tradewright.i18n import _n
from tradewright.orm import select
from tradewright.security.keys import derived_key
from tradewright.security.models import LoginAttempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures in a window."""

    name: str
    most: int
    window: timedelta


ACCOUNT = Limit("account", 10, timedelta(minutes=15))
PEER = Limit("peer", 60, timedelta(minutes=15))
RESET_ACCOUNT = Limit("reset-account", 3, timedelta(hours=1))
RESET_PEER = Limit("reset-peer", 20, timedelta(hours=1))


class TooManyAttempts(UserError):
    """The account or the address has to wait; `retry_after` in seconds. The answer is the same for unknown accounts."""

    status = 429

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        self.retry_after = seconds
        super().__init__(
            "security.too-many-attempts",
            _n("Too many attempts: try again in {n} minute.", "Too many attempts: try again in {n} minutes.", minutes),
        )


def normal_login(login: str) -> str:
    """Return a login as it is compared: NFKC, case folded, trimmed. What cannot be one gives an empty text."""
    plain = unicodedata.normalize("NFKC", login).strip().casefold()
    if len(login) > 254 or len(plain) > 254 or any(unicodedata.category(sign)[0] == "C" for sign in plain):
        return ""
    return plain


def network_of(peer: str) -> str:
    """Return what is counted as one address: an IPv4 address, or the /64 that one IPv6 customer has to himself."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def check(env: Env, wanted: Iterable[tuple[Limit, str]], refusal: Callable[[int], UserError] = TooManyAttempts) -> None:
    """Raise the `refusal` (of the seconds to wait) when one of the (limit, subject) pairs is used up. One statement."""
    limits = {_bucket(env, limit, subject): limit for limit, subject in wanted}
    model = env[LoginAttempt]
    rows = env.execute(select(model.bucket, model.started, model.failures).where(model.bucket.in_(list(limits))))
    waits = [
        int((row.started + limits[row.bucket].window - env.now).total_seconds())
        for row in rows
        if row.failures >= limits[row.bucket].most and row.started + limits[row.bucket].window > env.now
    ]
    if waits:
        raise refusal(max(1, *waits))


def count(env: Env, wanted: Iterable[tuple[Limit, str]]) -> None:
    """Count one failure for each (limit, subject) pair. Runs in a writing unit of work with the system's rights."""
    limits = {_bucket(env, limit, subject): limit for limit, subject in wanted}
    model = env[LoginAttempt]
    # In one order everywhere: two failures of one account from one address must not deadlock.
    for bucket, limit in sorted(limits.items()):
        fresh = env.update_where(
            LoginAttempt,
            model.bucket == bucket,
            model.started > env.now - limit.window,
            values={"failures": model.failures + 1},
        )
        if fresh:
            continue
        restarted = env.update_where(LoginAttempt, model.bucket == bucket, values={"started": env.now, "failures": 1})
        if not restarted:
            env.add(model(bucket=bucket, started=env.now, failures=1))
            env.flush()


def forget(env: Env, limit: Limit, subject: str) -> None:
    """Start counting anew for a subject, after it succeeded."""
    env.delete_where(LoginAttempt, env[LoginAttempt].bucket == _bucket(env, limit, subject))


def _bucket(env: Env, limit: Limit, subject: str) -> str:
    digest = hmac.digest(derived_key(env.site, "throttle"), f"{limit.name}\x00{subject}".encode(), hashlib.sha256)
    return f"{limit.name}:{digest[:2].hex()}"
