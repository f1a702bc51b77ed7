"""AUT4, AUT5, DOS8: setting a new password by a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tradewright.base.clock import FixedClock
from tradewright.jobs.models import MailMessage
from tradewright.orm import select
from tradewright.testing.client import Browser

if TYPE_CHECKING:
    from tradewright.app import Site

SignedIn = Callable[[str], Browser]
OLD, NEW = "correct horse battery", "a new and longer secret"


def _links(site: Site) -> list[str]:
    with site.env(readonly=True) as env:
        mails = env.all(select(env[MailMessage].html).order_by(env[MailMessage].id))
    return [match[1] for mail in mails if (match := re.search(r'href="([^"]*/password/reset/[^"]*)"', mail))]


def _ask(visitor: Browser, login: str = "wanda@example.com") -> None:
    visitor.get("/password/forgot")
    visitor.submit({"login": login}, action="/password/forgot")


def _path(link: str) -> str:
    return "/password/reset/" + link.rpartition("/")[2]


def test_a_link_sets_a_new_password_and_ends_every_session(visitor: Browser, signed_in: SignedIn, probe: Site) -> None:
    elsewhere = signed_in("wanda")
    _ask(visitor)
    assert visitor.address == "/password/sent"
    [link] = _links(probe)
    visitor.get(_path(link))
    visitor.submit({"password": NEW})
    assert "Your new password is set" in visitor.text
    elsewhere.get("/probe", follow=False)
    assert elsewhere.status == 303
    visitor.sign_in("wanda@example.com", OLD, follow=False)
    assert visitor.status == 422
    visitor.sign_in("wanda@example.com", NEW, follow=False)
    visitor.get("/probe")
    assert visitor.status == 200


def test_aut4_a_link_works_once(visitor: Browser, probe: Site) -> None:
    _ask(visitor)
    [link] = _links(probe)
    visitor.get(_path(link))
    visitor.submit({"password": NEW})
    visitor.get(_path(link))
    assert visitor.status == 410


def test_aut4_a_link_dies_after_an_hour_and_with_a_change_of_the_address(visitor: Browser, probe: Site) -> None:
    from tradewright_base.models.user import User

    _ask(visitor)
    [link] = _links(probe)
    with probe.env() as env:
        wanda = env.scalars(select(env[User]).where(env[User].login == "wanda@example.com")).one()
        wanda.login = "wanda@elsewhere.example"
    visitor.get(_path(link))
    assert visitor.status == 410
    with probe.env() as env:
        wanda = env.scalars(select(env[User]).where(env[User].login == "wanda@elsewhere.example")).one()
        wanda.login = "wanda@example.com"
    visitor.get(_path(link))
    assert visitor.status == 200
    assert isinstance(probe.clock, FixedClock)
    probe.clock.moment += timedelta(minutes=61)
    visitor.get(_path(link))
    assert visitor.status == 410


@pytest.mark.parametrize("token", ["x", "a.b", "W10.abc", "eyJ" * 200, "..", "%00"])
def test_aut4_a_forged_link_is_over(visitor: Browser, token: str) -> None:
    visitor.get(f"/password/reset/{token}")
    assert visitor.status in {400, 404, 410}


def test_aut5_the_link_has_the_host_of_the_settings_whatever_the_request_says(visitor: Browser, probe: Site) -> None:
    visitor.get("/password/forgot")
    visitor.submit(
        {"login": "wanda@example.com"}, action="/password/forgot", headers={"X-Forwarded-Host": "evil.example"}
    )
    visitor.get("/password/forgot")
    visitor.submit({"login": "sam@example.com"}, action="/password/forgot", headers={"Host": "evil.example"})
    assert visitor.status == 421
    assert [link.split("/password")[0] for link in _links(probe)] == ["http://localhost:8000"]


def test_aut3_asking_for_a_link_answers_alike_for_a_login_that_nobody_has(visitor: Browser, probe: Site) -> None:
    answers = []
    for login in ("wanda@example.com", "nobody@example.com", "x\u0000", "ｗａｎｄａ@example.com\u200b"):
        visitor.get("/password/forgot")
        response = visitor.submit({"login": login}, action="/password/forgot", follow=False)
        answers.append((response.status_code, response.headers.get("Location"), response.get_data()))
    assert answers[0] == answers[1] == answers[3]
    assert answers[2][0] == 400
    assert len(_links(probe)) == 1


def test_dos8_one_account_gets_three_links_an_hour(visitor: Browser, probe: Site) -> None:
    for _time in range(3):
        _ask(visitor)
        assert visitor.address == "/password/sent"
    _ask(visitor)
    assert visitor.status == 429
    assert "Too many attempts" in visitor.text
    assert len(_links(probe)) <= 3
    for _time in range(3):
        _ask(visitor, "nobody@example.com")
    _ask(visitor, "nobody@example.com")
    assert visitor.status == 429


@pytest.mark.parametrize("password", ["short", "password123", "aaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused_with_the_form(visitor: Browser, probe: Site, password: str) -> None:
    _ask(visitor)
    [link] = _links(probe)
    visitor.get(_path(link))
    visitor.submit({"password": password})
    assert visitor.status == 422
    assert "at least 10 characters" in visitor.text
    assert password not in visitor.text


def test_aut1_changing_the_password_gives_this_browser_a_new_session_and_ends_the_others(signed_in: SignedIn) -> None:
    here, there = signed_in("wanda"), signed_in("wanda")
    before = here.cookie("session")
    here.get("/password/change")
    here.submit({"current_password": "wrong", "password": NEW})
    assert here.status == 422
    here.submit({"current_password": OLD, "password": NEW}, follow=False)
    assert here.status == 303
    assert here.cookie("session") != before
    here.get("/probe")
    assert here.status == 200
    there.get("/probe", follow=False)
    assert there.status == 303
