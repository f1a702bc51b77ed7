"""CON5: the same request twice changes something once, and both get the same answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.base.clock import FixedClock
from tradewright.orm import func, select
from tradewright.security import sessions
from tradewright.security.models import IdempotencyRecord
from tradewright.testing.client import Browser

if TYPE_CHECKING:
    from tradewright.app import Site

SignedIn = Callable[[str], Browser]
KEY = "key-0123456789"


def _notes(site: Site) -> int:
    Note: Any = import_module("tradewright_probe.models.note").Note  # noqa: N806  a class

    with site.env(readonly=True) as env:
        return env.scalar(select(func.count(env[Note].id))) or 0


def test_con5_a_form_sent_twice_writes_once_and_says_the_same(signed_in: SignedIn, probe: Site) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    form = dict(wanda.form("/probe/notes").fields) | {"body": "once"}
    first = wanda.post("/probe/notes", form)
    second = wanda.post("/probe/notes", form)
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    wanda.get("/probe")
    assert wanda.text.count("The note was written.") >= 1
    assert _notes(probe) == 1


def test_con5_json_sent_twice_is_answered_with_the_same_body(signed_in: SignedIn, probe: Site) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    first = wanda.json("/probe/plain", {"body": "once"}, key=KEY).get_data()
    wanda.get("/probe")
    second = wanda.json("/probe/plain", {"body": "once"}, key=KEY)
    assert second.get_data() == first
    assert second.status_code == 200
    assert _notes(probe) == 1


def test_con5_the_same_key_with_another_content_is_refused(signed_in: SignedIn, probe: Site) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    token = wanda.csrf_token()
    wanda.json("/probe/plain", {"body": "once"}, key=KEY, token=token)
    answer = wanda.json("/probe/plain", {"body": "other"}, key=KEY, token=token)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "web.idempotency-reused"
    assert _notes(probe) == 1


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "sp ace 0123", "key\u00e9-0123456789"])
def test_con5_a_changing_request_without_a_usable_key_is_refused(
    signed_in: SignedIn, probe: Site, key: str | None
) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    fields = {"csrf_token": wanda.csrf_token(), "body": "x"} | ({} if key is None else {"idempotency_key": key})
    wanda.post("/probe/notes", fields)
    assert wanda.status == 400
    assert _notes(probe) == 0


def test_con5_keys_of_different_users_and_routes_do_not_meet(signed_in: SignedIn, probe: Site) -> None:
    for who in ("wanda", "bo"):
        visitor = signed_in(who)
        visitor.get("/probe")
        assert visitor.json("/probe/plain", {"body": who}, key=KEY).status_code == 200
    wanda = signed_in("wanda")
    wanda.get("/probe")
    assert wanda.json("/probe/notes", {"body": "third"}, key=KEY).status_code == 303
    assert _notes(probe) == 3


@pytest.mark.parametrize("body", ["refused", "conflict"])
def test_an_answer_that_refuses_keeps_nothing_and_leaves_the_key_free(
    signed_in: SignedIn, probe: Site, body: str
) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    token = wanda.csrf_token()
    for _time in range(2):
        assert wanda.json("/probe/notes", {"body": body}, key=KEY, token=token).status_code in {409, 422}
    assert _notes(probe) == 0
    assert wanda.json("/probe/notes", {"body": "good"}, key=KEY, token=token).status_code == 303
    assert _notes(probe) == 1


def test_con5_twelve_at_once_write_one_note_and_all_get_its_answer(signed_in: SignedIn, probe: Site) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    token, session = wanda.csrf_token(), wanda.cookie("session") or ""
    barrier, answers = threading.Barrier(12), list[Any]()

    def send() -> None:
        one = Browser(wanda.application, probe)
        one.client.set_cookie("session", session, domain="localhost")
        barrier.wait(timeout=30)
        answer = one.json("/probe/plain", {"body": "once"}, key=KEY, token=token)
        answers.append((answer.status_code, answer.get_data()))

    threads = [threading.Thread(target=send) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == 12
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert _notes(probe) == 1


def test_con5_twin_without_the_kept_answer_is_found_out(
    signed_in: SignedIn, probe: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewright.security.idempotency.begin", lambda *_given, **_named: None)
    with pytest.raises(AssertionError):
        test_con5_a_form_sent_twice_writes_once_and_says_the_same(signed_in, probe)


def test_kept_answers_are_swept_after_two_days(signed_in: SignedIn, probe: Site) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    wanda.json("/probe/plain", {"body": "once"}, key=KEY)
    assert isinstance(probe.clock, FixedClock)
    probe.clock.moment += timedelta(days=3)
    with probe.env() as env:
        assert sessions.sweep(env) == 2
        assert env.scalar(select(func.count(env[IdempotencyRecord].id))) == 0
