"""AUT1, AUT2, AUT3, AUT6, AUT7, AUT8, AUT14: sessions and signing in, with vulnerable twins."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.base.clock import FixedClock
from tradewright.orm import func, select
from tradewright.security import passwords, sessions, throttle
from tradewright.security.models import LoginAttempt, Session
from tradewright.testing.client import Browser
from tradewright.web import request as web_request
from tradewright.web.request import real_peer
from tradewright.web.response import local_path

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.web.application import Application

WANDA, PASSWORD = "wanda@example.com", "correct horse battery"
SignedIn = Callable[[str], Browser]


def _user(site: Site, login: str = WANDA) -> Any:
    from tradewright_base.models.user import User

    with site.env() as env:
        return env.scalars(select(env[User]).where(env[User].login == login)).one()


def _change_user(site: Site, **values: Any) -> None:
    from tradewright_base.models.user import User

    with site.env() as env:
        user = env.scalars(select(env[User]).where(env[User].login == WANDA)).one()
        for name, value in values.items():
            setattr(user, name, value)


def _reaches(visitor: Browser) -> bool:
    visitor.open("/probe")
    return visitor.status == 200


def _plant_and_sign_in(attacker: Browser) -> None:
    """AUT1: the attacker plants the key of his own session; after the victim's sign-in it must be worth nothing."""
    planted = attacker.cookie("session") or ""
    victim = Browser(attacker.application, attacker.site)
    victim.client.set_cookie("session", planted, domain="localhost")
    victim.open("/password/change")
    victim.post("/login", {"login": WANDA, "password": PASSWORD, "csrf_token": victim.csrf_token()})
    assert victim.status == 303
    assert victim.cookie("session") not in {None, planted}
    assert not _reaches(attacker)


def test_aut1_a_planted_session_key_does_not_survive_the_sign_in(signed_in: SignedIn) -> None:
    _plant_and_sign_in(signed_in("sam"))


def test_aut1_twin_a_sign_in_that_keeps_the_key_is_found_out(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = sessions.open_session

    def keep(env: Any, actor: Any, *, replaces: str, **facts: Any) -> str:
        monkeypatch.setattr("secrets.token_urlsafe", lambda _size: replaces)
        return genuine(env, actor, replaces=replaces, **facts)

    attacker = signed_in("sam")
    monkeypatch.setattr("tradewright.web.pages.sign_in.open_session", keep)
    with pytest.raises(AssertionError):
        _plant_and_sign_in(attacker)


def test_aut1_a_key_that_nobody_has_is_taken_from_the_browser(visitor: Browser) -> None:
    visitor.client.set_cookie("session", "A" * 43, domain="localhost")
    visitor.get("/login")
    assert visitor.cookie("session") is None
    visitor.submit({"login": WANDA, "password": PASSWORD}, action="/login", follow=False)
    assert visitor.status == 303


def test_aut1_aut2_the_session_is_dead_on_the_server_after_logging_out(signed_in: SignedIn) -> None:
    visitor = signed_in("wanda")
    key = visitor.cookie("session")
    visitor.get("/probe")
    visitor.submit(action="/logout", follow=False)
    assert visitor.cookie("session") is None
    thief = Browser(visitor.application, visitor.site)
    thief.client.set_cookie("session", key or "", domain="localhost")
    assert not _reaches(thief)
    with visitor.site.env(readonly=True) as env:
        assert env.scalar(select(func.count(env[Session].id))) == 0


def test_aut2_a_disabled_user_is_out_on_the_next_request(signed_in: SignedIn, probe: Site) -> None:
    visitor = signed_in("wanda")
    assert _reaches(visitor)
    _change_user(probe, active=False)
    assert not _reaches(visitor)
    assert visitor.response is not None
    assert visitor.response.headers["Location"] == "/login?next=%2Fprobe"


def test_aut2_a_raised_epoch_ends_all_sessions(signed_in: SignedIn, probe: Site) -> None:
    visitor = signed_in("wanda")
    _change_user(probe, session_epoch=7)
    assert not _reaches(visitor)


def test_aut2_twin_a_session_that_is_not_looked_up_anew_is_found_out(
    signed_in: SignedIn, probe: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = signed_in("wanda")
    remembered: dict[str, Any] = {}

    def once(env: Any, key: str) -> Any:
        if key not in remembered:
            remembered[key] = sessions.find_session(env, key)
        return remembered[key]

    monkeypatch.setattr("tradewright.web.dispatch.find_session", once)
    assert _reaches(visitor)
    _change_user(probe, active=False)
    assert _reaches(visitor), "the twin caches who is signed in, and that is what the test above would catch"


def test_a_role_that_is_taken_away_is_gone_on_the_next_request(signed_in: SignedIn, probe: Site) -> None:
    from tradewright_base.models.user import UserRole

    visitor = signed_in("wanda")
    assert _reaches(visitor)
    with probe.env() as env:
        env.delete_where(UserRole, env[UserRole].role == "probe.writer")
    visitor.open("/probe")
    assert visitor.status == 404


@pytest.mark.parametrize("after", [timedelta(days=2), timedelta(days=15)])
def test_a_session_that_is_idle_or_old_is_over(signed_in: SignedIn, probe: Site, after: timedelta) -> None:
    visitor = signed_in("wanda")
    assert isinstance(probe.clock, FixedClock)
    probe.clock.moment += after
    assert not _reaches(visitor)


def test_a_session_in_use_is_touched_at_most_once_an_hour_by_reading(signed_in: SignedIn, probe: Site) -> None:
    visitor = signed_in("wanda")
    assert isinstance(probe.clock, FixedClock)

    def last_seen() -> Any:
        with probe.env(readonly=True) as env:
            return env.scalar(select(env[Session].last_seen))

    start = last_seen()
    probe.clock.moment += timedelta(minutes=50)
    _reaches(visitor)
    assert last_seen() == start
    probe.clock.moment += timedelta(minutes=20)
    _reaches(visitor)
    assert last_seen() == probe.clock.moment


def test_the_session_cookie_is_for_this_host_and_no_script(visitor: Browser, application: Application) -> None:
    visitor.get("/login")
    visitor.submit({"login": WANDA, "password": PASSWORD}, action="/login", follow=False)
    assert visitor.response is not None
    [cookie] = [one for one in visitor.response.headers.getlist("Set-Cookie") if one.startswith("session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    secure = Browser(application, visitor.site)
    response = secure.open("/login", base_url="https://localhost")
    assert [one.split("=")[0] for one in response.headers.getlist("Set-Cookie")] == ["__Host-visit"]
    assert all("Secure" in one for one in response.headers.getlist("Set-Cookie"))
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def _answers_alike(visitor: Browser) -> None:
    """AUT3: the same status and body, whether the login exists or not."""
    found = []
    for login in (WANDA, "nobody@example.com"):
        visitor.get("/login")
        visitor.submit({"login": login, "password": "wrong password"}, action="/login", follow=False)
        found.append((visitor.status, visitor.text.replace(login, "LOGIN")))
    strip = [text.split("<main")[1].split('name="csrf_token"')[0] for _status, text in found]
    assert found[0][0] == found[1][0] == 422
    assert strip[0] == strip[1]
    assert found[0][1].count("LOGIN") == found[1][1].count("LOGIN")


def test_aut3_a_wrong_password_and_an_unknown_login_are_answered_alike(visitor: Browser) -> None:
    _answers_alike(visitor)


def _median_difference(probe: Site, tries: int) -> float:
    """Return by how much a known login takes longer than an unknown one, in milliseconds of CPU."""
    from tradewright_base.services.users import check_login

    took: dict[str, list[float]] = {WANDA: [], "nobody@example.com": []}
    with probe.env(readonly=True) as env:
        for _try in range(tries):
            for login, times in took.items():
                started = time.thread_time()
                check_login(env, login, "wrong password")
                times.append((time.thread_time() - started) * 1000)
    return abs(statistics.median(took[WANDA]) - statistics.median(took["nobody@example.com"]))


def test_aut3_a_wrong_password_and_an_unknown_login_take_the_same_work(probe: Site) -> None:
    assert _median_difference(probe, 15) < 5


def test_aut3_twin_answering_at_once_for_unknown_logins_is_found_out(
    probe: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tradewright_base.services import users

    monkeypatch.setattr(
        users, "verify_password", lambda stored, given: bool(stored) and passwords.verify_password(stored, given)
    )
    assert _median_difference(probe, 15) >= 5


def _guess(visitor: Browser, login: str, times: int, **environ: Any) -> list[int]:
    visitor.get("/login")
    token = visitor.csrf_token()
    found = []
    for number in range(times):
        visitor.post(
            "/login", {"login": login, "password": f"guess {number}", "csrf_token": token}, environ_overrides=environ
        )
        found.append(visitor.status)
    return found


@pytest.fixture
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is under test, not the work: a hash is compared without any."""
    monkeypatch.setattr(
        "tradewright_base.services.users.verify_password", lambda stored, given: given == PASSWORD and bool(stored)
    )


@pytest.mark.usefixtures("_cheap_hashes")
def test_aut6_an_account_is_closed_after_ten_failures_and_opens_again(visitor: Browser, probe: Site) -> None:
    assert _guess(visitor, WANDA, 12) == [422] * 10 + [429] * 2
    visitor.sign_in(WANDA, PASSWORD, follow=False)
    assert visitor.status == 429
    assert visitor.response is not None
    assert int(visitor.response.headers["Retry-After"]) > 0
    assert _guess(visitor, "nobody@example.com", 11) == [422] * 10 + [429], "unknown logins are closed just the same"
    assert isinstance(probe.clock, FixedClock)
    probe.clock.moment += timedelta(minutes=16)
    visitor.sign_in(WANDA, PASSWORD, follow=False)
    assert visitor.status == 303


@pytest.mark.usefixtures("_cheap_hashes")
def test_aut6_one_address_is_stopped_whatever_x_forwarded_for_says(visitor: Browser) -> None:
    visitor.get("/login")
    token = visitor.csrf_token()
    found = []
    for number in range(62):
        form = {"login": f"user{number}@example.com", "password": "Spring2026", "csrf_token": token}
        visitor.post("/login", form, headers={"X-Forwarded-For": f"10.0.{number}.1"})
        found.append(visitor.status)
    assert found == [422] * 60 + [429] * 2


def test_aut6_the_real_peer_is_what_the_trusted_proxies_saw() -> None:
    assert real_peer("203.0.113.9", "1.1.1.1", 0) == "203.0.113.9"
    assert real_peer("10.0.0.1", "6.6.6.6, 203.0.113.9", 1) == "203.0.113.9"
    assert real_peer("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2) == "203.0.113.9"
    assert real_peer("10.0.0.1", "not an address", 1) == "10.0.0.1"
    assert real_peer("10.0.0.1", "", 1) == "10.0.0.1"


@pytest.mark.usefixtures("_cheap_hashes")
def test_aut6_twin_trusting_the_header_of_anybody_is_found_out(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_request, "real_peer", lambda remote, forwarded, _proxies: forwarded or remote)
    with pytest.raises(AssertionError):
        test_aut6_one_address_is_stopped_whatever_x_forwarded_for_says(visitor)


def test_aut7_however_many_names_are_tried_the_rows_are_bounded(probe: Site) -> None:
    buckets = set()
    with probe.env(readonly=True) as env:
        for number in range(3_000):
            buckets.add(throttle._bucket(env, throttle.ACCOUNT, f"name{number}"))  # noqa: SLF001  the bound is there
    assert all(len(bucket) == len("account:") + 4 for bucket in buckets), "a name falls into one of 65,536 buckets"
    with probe.env() as env:
        for _time in range(3):
            throttle.count(env, [(throttle.ACCOUNT, "x"), (throttle.PEER, "127.0.0.1")])
        assert env.scalar(select(func.count(env[LoginAttempt].id))) == 2


@pytest.mark.usefixtures("_cheap_hashes")
@pytest.mark.parametrize(
    "login", ["wanda@example.com\u0000", "w" * 300, "wanda@example.com\u202e", "wanda@example.com\x1b", "\ufeff", ""]
)
def test_aut8_a_login_with_hidden_or_too_many_signs_is_nobody(visitor: Browser, login: str) -> None:
    visitor.get("/login")
    visitor.submit({"login": login, "password": PASSWORD}, action="/login", follow=False)
    assert visitor.status in {400, 422}
    assert visitor.cookie("session") is None


@pytest.mark.usefixtures("_cheap_hashes")
def test_aut8_a_login_is_compared_in_its_compatible_form(visitor: Browser) -> None:
    visitor.sign_in("  \uff37ANDA@Example.com ", PASSWORD, follow=False)
    assert visitor.status == 303


EVIL = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/x",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "////evil.example",
    "http:evil.example",
    "evil.example",
    "/" + "a" * 3_000,
    "/login?next=/login",
    "/logout",
)


@pytest.mark.parametrize("target", EVIL)
def test_aut14_signing_in_never_leads_out_of_the_site(visitor: Browser, target: str) -> None:
    visitor.open("/login", query_string={"next": target})
    assert visitor.status in {200, 400}
    if visitor.status == 200:
        visitor.submit({"login": WANDA, "password": PASSWORD, "next": target}, action="/login", follow=False)
        assert visitor.response is not None
        assert visitor.response.headers.get("Location", "/office") == "/office"


def test_aut14_a_page_of_this_site_is_where_signing_in_leads(visitor: Browser) -> None:
    visitor.get("/probe")
    visitor.submit({"login": WANDA, "password": PASSWORD}, action="/login", follow=False)
    assert visitor.response is not None
    assert visitor.response.headers["Location"] == "/probe"
    assert local_path("/probe?q=1#x") == "/probe?q=1#x"
