"""A limit on guessing addresses: who keeps opening objects that are not there has to wait.

Counted are the answers "not there" and "over" at addresses that name an object (an order by its public id, the token of
an invitation), by the person and by the real address. Staff are not counted: their numbers are no secret to them.
Whoever has used a limit up gets no object at all, so that a hit cannot be told from a miss.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING

from tradewright.base import UserError
from tradewright.i18n import _n
from tradewright.orm.actor import SYSTEM
from tradewright.security import throttle
from tradewright.security.throttle import Limit

if TYPE_CHECKING:
    from tradewright.orm import Actor, Env
    from tradewright.web.request import Request
    from tradewright.web.response import Response

ACTOR = Limit("miss-actor", 30, timedelta(minutes=15))
PEER = Limit("miss-peer", 120, timedelta(minutes=15))
REMEMBERED = 20_000
_MISSES = frozenset({404, 410})


class TooManyMisses(UserError):
    """The person or the address has opened too many objects that are not there; `retry_after` in seconds."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        super().__init__(
            "web.too-many-misses",
            _n(
                "Too many pages were opened that do not exist: in {n} minute, open what you need from its list.",
                "Too many pages were opened that do not exist: in {n} minutes, open what you need from its list.",
                max(1, -(-seconds // 60)),
            ),
        )


class Suspects:
    """Who has missed in this process. Only their requests ask the database, so that all others pay nothing.

    Bounded: the longest unseen is forgotten, and is known again after the next miss.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, subjects: list[tuple[Limit, str]]) -> None:
        """Remember the subjects of a miss."""
        with self._lock:
            for limit, subject in subjects:
                self._seen[limit.name, subject] = None
                self._seen.move_to_end((limit.name, subject))
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)

    def among(self, subjects: list[tuple[Limit, str]]) -> list[tuple[Limit, str]]:
        """Return the subjects that have missed before."""
        if not self._seen:
            return []
        with self._lock:
            return [one for one in subjects if (one[0].name, one[1]) in self._seen]


def check(env: Env, request: Request) -> None:
    """Refuse an object's address to whoever guessed too often; raises `TooManyMisses`. Runs with the system's rights.

    One statement for who has missed before, none for anybody else.
    """
    if not _counts(request):
        return
    suspects = request.website.suspects.among(_subjects(request))
    if suspects:
        throttle.check(env, suspects, TooManyMisses)


def note(request: Request, response: Response) -> None:
    """Count the answer, if it is a miss: in a small transaction of its own, after the request's is over."""
    if response.status_code not in _MISSES or not _counts(request):
        return
    subjects = _subjects(request)
    request.website.suspects.add(subjects)
    request.website.site.run(lambda env: throttle.count(env, subjects), SYSTEM, request_id=request.reference)


def _counts(request: Request) -> bool:
    """Tell whether the address names an object, and whoever opens it may not know all of them."""
    return bool(request.variables) and (request.actor is None or request.actor.kind != "staff")


def _subjects(request: Request) -> list[tuple[Limit, str]]:
    actor: Actor | None = request.actor
    address = [(PEER, throttle.network_of(request.peer))]
    if actor is None or actor.user_id is None:
        return address
    return [(ACTOR, str(actor.user_id)), *address]
