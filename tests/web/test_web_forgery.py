"""AUT9: no site but ours can make a browser change anything here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.orm import func, select
from tradewright.testing.client import Browser
from tradewright.web.forgery import Forgery
from tradewright.web.urls import Endpoint

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.web.application import Application

SignedIn = Callable[[str], Browser]
ATTEMPTS: tuple[dict[str, Any], ...] = (
    {},
    {"headers": {"Content-Type": "text/plain"}, "data": '{"body": "x"}'},
    {"headers": {"Content-Type": "application/json"}, "data": "{}"},
    {"headers": {"Content-Type": "application/x-www-form-urlencoded"}, "data": "csrf_token="},
    {"headers": {"Content-Type": "application/x-www-form-urlencoded"}, "data": "csrf_token=" + "A" * 88},
    {"headers": {"X-CSRF-Token": "nonsense"}},
)


def _unsafe(application: Application, site: Site) -> list[tuple[Endpoint, str]]:
    urls = application.website(site.name).urls
    return [
        (endpoint, method)
        for endpoint in urls.endpoints.values()
        for method in endpoint.route.methods
        if method not in {"GET", "HEAD"}
    ]


def _path(endpoint: Endpoint, application: Application, site: Site) -> str:
    from tradewright.web.urls import _parts

    names = {text: "1" for text, variable in _parts(endpoint.route.rule) if variable}
    return application.website(site.name).urls.build(endpoint.name, names)


def _refuses_without_token(visitor: Browser) -> None:
    unsafe = _unsafe(visitor.application, visitor.site)
    assert len(unsafe) > 8
    for endpoint, method in unsafe:
        for attempt in ATTEMPTS:
            visitor.open(_path(endpoint, visitor.application, visitor.site), method, **attempt)
            assert visitor.status == 403, f"{method} {endpoint.name} answered {visitor.status} to {attempt}"


@pytest.mark.parametrize("who", ["wanda", "bo", None])
def test_aut9_every_unsafe_route_refuses_a_request_without_token(
    signed_in: SignedIn, visitor: Browser, who: str | None
) -> None:
    _refuses_without_token(signed_in(who) if who else visitor)


def test_aut9_twin_an_application_that_takes_any_token_is_found_out(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Forgery, "accepts", lambda _self, _token: True)
    with pytest.raises(AssertionError):
        _refuses_without_token(signed_in("wanda"))


def test_aut9_the_token_of_another_session_is_refused(signed_in: SignedIn) -> None:
    wanda, bo = signed_in("wanda"), signed_in("bo")
    bo.get("/probe")
    wanda.get("/probe")
    wanda.submit({"body": "hello", "csrf_token": bo.csrf_token()}, action="/probe/notes")
    assert wanda.status == 403
    assert "Reload the page" in wanda.text


def test_aut9_the_sign_in_form_needs_the_token_of_its_own_browser(visitor: Browser) -> None:
    attacker = Browser(visitor.application, visitor.site)
    attacker.get("/login")
    form = {"login": "sam@example.com", "password": "correct horse battery", "csrf_token": attacker.csrf_token()}
    visitor.post("/login", form)
    assert visitor.status == 403
    assert visitor.cookie("session") is None


FROM_ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:1"},
)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_aut9_a_request_from_another_origin_is_refused_even_with_a_token(
    signed_in: SignedIn, headers: dict[str, str]
) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    wanda.submit({"body": "hello"}, action="/probe/notes", headers=headers)
    assert wanda.status == 403


def test_aut9_twin_an_application_that_does_not_look_at_origins_is_found_out(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewright.web.forgery.check_origin", lambda _request: None)
    for headers in FROM_ELSEWHERE:
        with pytest.raises(AssertionError):
            test_aut9_a_request_from_another_origin_is_refused_even_with_a_token(signed_in, headers)


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {}], ids=str)
def test_aut9_our_own_pages_are_let_in(signed_in: SignedIn, probe: Site, headers: dict[str, str]) -> None:
    Note: Any = import_module("tradewright_probe.models.note").Note  # noqa: N806  a class

    wanda = signed_in("wanda")
    wanda.get("/probe")
    wanda.submit({"body": "hello"}, action="/probe/notes", headers=headers)
    assert wanda.status == 200
    with probe.env(readonly=True) as env:
        assert env.scalar(select(func.count(env[Note].id))) == 1


def test_aut11_nothing_is_offered_to_other_origins(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    response = wanda.open("/probe", headers={"Origin": "https://evil.example"})
    assert not [name for name, _value in response.headers if name.startswith("Access-Control")]
    response = wanda.open("/probe/notes", "OPTIONS", headers={"Origin": "https://evil.example"})
    assert response.status_code == 405
    assert not [name for name, _value in response.headers if name.startswith("Access-Control")]


def test_the_token_in_a_page_is_another_mask_each_time(signed_in: SignedIn) -> None:
    wanda = signed_in("wanda")
    wanda.get("/probe")
    first = wanda.csrf_token()
    wanda.get("/probe")
    assert first != wanda.csrf_token()
    wanda.submit({"body": "hello", "csrf_token": first}, action="/probe/notes")
    assert wanda.status == 200
