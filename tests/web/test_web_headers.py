"""XSS7, XSS8, POR19, INJ14, INP20: what every answer carries, and what none gives away."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tradewright.testing.client import Browser
from tradewright.web import errors as web_errors
from tradewright.web import log as web_log
from tradewright.web.headers import finish

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


SignedIn = Callable[[str], Browser]
PAGES = (
    *("/", "/login", "/password/forgot", "/password/sent", "/password/reset/x", "/robots.txt", "/nothing"),
    *("/health/live", "/health/ready", "/health/x", "/static/probe/probe.css", "/static/nothing.css"),
    *(
        "/probe",
        "/probe/notes/none",
        "/probe/crash",
        "/probe/missing",
        "/probe/file",
        "/probe/leak",
        "/probe/\u00ff%ff",
    ),
    *("/probe/search?q=x", "/probe/search?bad=1"),
)


def _answers(visitor: Browser) -> list[tuple[str, TestResponse]]:
    visitor.allow_errors = True
    found = [(path, visitor.open(path)) for path in PAGES]
    found += [(f"POST {path}", visitor.open(path, "POST")) for path in ("/login", "/probe", "/nothing", "/probe/notes")]
    found += [(f"json {path}", visitor.open(path, headers={"Accept": "application/json"})) for path in PAGES]
    found.append(("host", visitor.open("/login", headers={"Host": "evil.example"})))
    found.append(("long", visitor.open("/login?next=" + "a" * 9_000)))
    found.append(("put", visitor.open("/login", "PUT")))
    return found


def _all_protected(visitor: Browser) -> None:
    for name, answer in _answers(visitor):
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        assert "default-src 'none'" in policy, name
        assert policy.startswith("sandbox") or "frame-ancestors 'none'" in policy, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "Permissions-Policy" in headers, name
        assert headers["Cache-Control"] == "private, no-store" or "/static/" in name, name
        assert "Server" not in headers, name


@pytest.mark.parametrize("who", ["wanda", None])
def test_xss7_xss8_por19_every_answer_is_protected_errors_included(
    signed_in: SignedIn, visitor: Browser, who: str | None
) -> None:
    _all_protected(signed_in(who) if who else visitor)


def test_xss7_twin_headers_only_on_what_went_well_are_found_out(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = web_errors.answer
    failed: list[int] = []

    def remember(request: object, error: BaseException) -> object:
        response = genuine(request, error)  # type: ignore[arg-type]
        failed.append(id(response.headers))
        return response

    monkeypatch.setattr(web_errors, "answer", remember)
    monkeypatch.setattr(
        "tradewright.web.application.finish",
        lambda headers, secure: None if id(headers) in failed else finish(headers, secure=secure),
    )
    with pytest.raises((AssertionError, KeyError)):
        _all_protected(visitor)


def test_xss8_answers_over_https_bind_the_browser_to_it(visitor: Browser) -> None:
    for path in ("/login", "/nothing", "/health/live"):
        answer = visitor.open(path, base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in visitor.open("/login").headers


def test_no_page_has_inline_scripts_or_styles(signed_in: SignedIn) -> None:
    import re

    wanda = signed_in("wanda")
    for path in ("/login", "/probe", "/password/change", "/nothing"):
        text = (
            wanda.open(path).get_data(as_text=True)
            if path != "/login"
            else Browser(wanda.application, wanda.site).open(path).get_data(as_text=True)
        )
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert not re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", text), path
        assert "<style" not in text, path


def test_inp20_an_unplanned_error_says_nothing_but_a_reference(
    visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.allow_errors = True
    with caplog.at_level(logging.ERROR, logger="tradewright.web"):
        visitor.open("/probe/crash")
    assert visitor.status == 500
    for secret in ("SELECT", "password_hash", "/srv", "Traceback", "RuntimeError", ".py"):
        assert secret not in visitor.text
    facts = json.loads(caplog.records[0].getMessage())
    assert facts["reference"] in visitor.text
    assert "RuntimeError" in facts["trace"]
    assert facts["route"] == "probe.crash"
    answer = visitor.open("/probe/crash", headers={"Accept": "application/json"}).json
    assert answer is not None
    assert set(answer) == {"code", "message", "fields", "reference"}
    assert "SELECT" not in json.dumps(answer)


def test_inj14_a_line_of_the_log_stays_one_line(visitor: Browser, caplog: pytest.LogCaptureFixture) -> None:
    visitor.allow_errors = True
    with caplog.at_level(logging.INFO, logger="tradewright.web"):
        visitor.open("/probe/crash")
        visitor.open("/nothing%0a%1b[31m", headers={"User-Agent": "x\x1b[31m"})
    for record in caplog.records:
        line = record.getMessage()
        assert line.isascii()
        assert line.isprintable()


def test_inj14_twin_logging_the_exception_as_it_is_is_found_out(
    visitor: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plainly(level: int, event: str, **facts: object) -> None:
        web_log.LOGGER.log(level, "%s %s", event, facts.get("trace"))

    monkeypatch.setattr(web_log, "tell", plainly)
    with pytest.raises(AssertionError):
        test_inj14_a_line_of_the_log_stays_one_line(visitor, caplog)


def test_aut12_no_secret_is_in_the_log(visitor: Browser, caplog: pytest.LogCaptureFixture) -> None:
    visitor.allow_errors = True
    with caplog.at_level(logging.DEBUG, logger="tradewright.web"):
        visitor.sign_in("wanda@example.com", "wrong-secret-1", follow=False)
        visitor.sign_in("wanda@example.com", "correct horse battery", follow=False)
        visitor.open("/password/reset/secret-token-2")
        visitor.open("/probe/crash?next=secret-3")
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "signed in" in told
    for secret in ("wrong-secret-1", "correct horse", "secret-token-2", "secret-3", visitor.cookie("session") or "-"):
        assert secret not in told


def test_por1_what_one_may_not_see_is_answered_like_what_is_not_there(signed_in: SignedIn) -> None:
    sam, bo = signed_in("sam"), signed_in("bo")
    for visitor in (sam, bo):
        missing = visitor.open("/nothing")
        forbidden = visitor.open("/probe" if visitor is sam else "/office")
        assert missing.status_code == forbidden.status_code == 404
        assert missing.get_data() == forbidden.get_data()
        assert missing.headers.to_wsgi_list() == forbidden.headers.to_wsgi_list()
    assert sam.open("/probe/notes/none").get_data() == bo.open("/probe/notes/none").get_data()


def test_a_user_error_of_a_form_leads_back_with_the_sentence(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    form = dict(wanda.form("/probe/notes").fields) | {"body": "no"}
    wanda.post("/probe/plain", form, follow=False)
    assert wanda.status == 303
    assert wanda.response is not None
    assert wanda.response.headers["Location"] == "/probe"
    wanda.get("/probe")
    assert "No such thing here." in wanda.text
    wanda.get("/probe")
    assert "No such thing here." not in wanda.text


def test_a_part_of_a_page_gets_the_sentence_as_a_toast(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    form = dict(wanda.form("/probe/notes").fields) | {"body": "no"}
    answer = wanda.post("/probe/plain", form, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert json.loads(answer.headers["HX-Trigger"])["toast"] == {"text": "No such thing here.", "tone": "danger"}


def test_a_part_of_a_page_gets_what_was_said_before_as_a_toast(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    wanda.submit({"body": "hello"}, action="/probe/notes", follow=False, headers={"HX-Request": "true"})
    assert wanda.status == 303
    part = wanda.open("/probe", headers={"HX-Request": "true"})
    assert json.loads(part.headers["HX-Trigger"])["toast"] == {"text": "The note was written.", "tone": "success"}
    assert "The note was written." not in part.get_data(as_text=True)
    assert wanda.cookie("flash") is None
    wanda.submit({"body": "hello"}, action="/probe/notes", follow=False, headers={"HX-Request": "true"})
    boosted = wanda.open("/probe", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "The note was written." in boosted.get_data(as_text=True)


def test_a_json_client_gets_the_sentence_and_the_field(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    answer = wanda.json("/probe/plain", {"body": "no"}, key="key-0123456789")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["message"] == "No such thing here."
    assert (
        Browser(wanda.application, wanda.site).open("/probe", headers={"Accept": "application/json"}).status_code == 401
    )


def test_a_refused_form_is_shown_again_with_what_was_typed(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    wanda.submit({"body": "my long text", "amount": "1e400"}, action="/probe/notes")
    assert wanda.status == 422
    assert "my long text" in wanda.text
    assert "Some fields need attention" in wanda.text
