"""Asking an access point for messages, page by page; what was taken is never asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..models.access_point import AccessPoint
from .channels.base import Refused, TryLater
from .channels.client import Client, outgoing_hosts
from .receipts import take_messages

if TYPE_CHECKING:
    from tradewright.jobs import Work
    from tradewright.orm import Env

    from .channels.client import Message

MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask, with which key, from where on."""

    url: str
    token: str | None
    hosts: tuple[str, ...]
    cursor: str | None


def ask(work: Work, point_id: int) -> None:
    """Fetch messages until there are none; each page is taken in one transaction with the cursor behind it."""
    for _page in range(MOST_PAGES):
        question = work.run(partial(_question, point_id=point_id))
        if question is None:
            return
        try:
            messages, cursor = Client(question.url, question.token, question.hosts).messages(question.cursor)
        except (Refused, TryLater) as trouble:
            work.run(partial(_note, point_id=point_id, problem=str(trouble)))
            raise
        work.run(partial(_take, point_id=point_id, before=question.cursor, messages=messages, cursor=cursor))
        if not messages or cursor is None or cursor == question.cursor:
            return


def _question(env: Env, point_id: int) -> Question | None:
    point = env.get(AccessPoint, point_id)
    if point is None or not point.active:
        return None
    return Question(point.url, point.token, outgoing_hosts(env), point.cursor)


def _note(env: Env, point_id: int, problem: str) -> None:
    point = env.one(AccessPoint, point_id)
    point.problem, point.asked_at = problem[:1_000], env.now


def _take(env: Env, point_id: int, before: str | None, messages: list[Message], cursor: str | None) -> None:
    """Take a page. Another worker may have been faster: then its cursor stays, and repeated messages change nothing."""
    point = env.lock(AccessPoint, [point_id])[0]
    take_messages(env, point_id, point.company_id, messages)
    point.asked_at, point.problem = env.now, None
    if point.cursor == before and cursor is not None:
        point.cursor = cursor
