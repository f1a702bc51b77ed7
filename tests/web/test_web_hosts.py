"""AUT5, ACL15: the Host header alone chooses the site, from a fixed list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tradewright.base import DeveloperError
from tradewright.base.settings import Settings, SiteSettings
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for
from tradewright.web.application import Application
from tradewright.web.website import url

if TYPE_CHECKING:
    from tradewright.app import Site


@pytest.fixture
def database_kind() -> str:
    """Hosts do not depend on the database."""
    return "sqlite"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "test.localhost", "LOCALHOST", "localhost.", "localhost:80"]
)
def test_a_single_site_without_hosts_answers_to_the_loopback_names(visitor: Browser, host: str) -> None:
    assert visitor.open("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil@localhost",
        "localhost/x",
        "",
        "127.0.0.2",
        "a" * 300,
        "localhost,evil",
    ],
)
def test_aut5_any_other_host_is_no_site(visitor: Browser, host: str) -> None:
    answer = visitor.open("/login", headers={"Host": host})
    assert answer.status_code == 421
    assert "evil" not in answer.get_data(as_text=True)


def test_links_take_the_host_of_the_settings(probe: Site) -> None:
    own = SiteSettings(name=probe.name, database="", hosts=("shop.example.com", "www.example.com"))
    application = application_for(probe, sites={probe.name: own})
    visitor = Browser(application, probe, host="www.example.com")
    assert visitor.open("/login").status_code == 200
    assert visitor.open("/login", headers={"Host": "localhost"}).status_code == 200, (
        "the only site is reached locally too"
    )
    with probe.env(readonly=True) as env:
        assert url(env, "probe.show", uid="x") == "https://shop.example.com/probe/notes/x"


def test_acl15_three_sites_in_one_process_share_no_session(sites: SiteFactory, tmp_path: Path) -> None:
    from tradewright.orm import select
    from tradewright_base.models.user import User

    names = ("one", "two", "three")
    made = []
    for name in names:
        site = sites.make(Template(addons=("base",)))
        site.name = name
        made.append(site)
    settings = Settings(
        sites={name: SiteSettings(name=name, database="", hosts=(f"{name}.example",)) for name in names},
        secret_key_file=tmp_path / "secret.key",
    )
    for site in made:
        site.settings = settings
    application = Application(made, settings)
    with made[0].env() as env:
        user = env[User](login="a@one.example", name="A", company=env.company)
        env.add(user)
        env.flush()
        user_id = env.scalar(select(env[User].id).where(env[User].login == "a@one.example")) or 0
    first = Browser(application, made[0], host="one.example")
    first.sign_in_as(user_id)
    assert first.open("/password/change").status_code == 200
    for other in ("two", "three"):
        thief = Browser(application, made[0], host=f"{other}.example")
        thief.client.set_cookie("session", first.cookie("session") or "", domain=f"{other}.example")
        assert thief.open("/password/change").status_code == 303
    assert first.open("/login", headers={"Host": "localhost"}).status_code == 421, "several sites: none is the default"


def test_two_sites_with_one_host_are_an_error(sites: SiteFactory, probe: Site) -> None:
    other = sites.make(Template(addons=("base",)))
    other.name = "other"
    shared = {
        name: SiteSettings(name=name, database="", hosts=("shop.example.com:8080",)) for name in (probe.name, "other")
    }
    settings = replace(probe.settings, sites=shared)
    with pytest.raises(DeveloperError, match=r"web\.host-twice"):
        Application([probe, other], settings)


def test_health_is_told_to_whoever_asks(visitor: Browser, probe: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.open("/health/live", headers={"Host": "10.1.2.3"}).get_data() == b"ok"
    assert visitor.open("/health/ready", headers={"Host": "10.1.2.3"}).get_data() == b"ok"

    def down(*_given: object, **_named: object) -> None:
        raise OSError("connection refused by db.internal")

    monkeypatch.setattr(probe, "env", down)
    visitor.allow_errors = True
    answer = visitor.open("/health/ready")
    assert answer.status_code == 503
    assert answer.get_data() == b"no"
    assert visitor.open("/health/live").status_code == 200


def test_more_requests_than_there_is_room_for_are_shed_at_once(visitor: Browser) -> None:
    room = visitor.application._room  # noqa: SLF001  filled to the brim here
    taken = 0
    while room.acquire(blocking=False):
        taken += 1
    visitor.allow_errors = True
    answer = visitor.open("/login")
    for _number in range(taken):
        room.release()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert visitor.open("/login").status_code == 200


def test_theme_and_language_are_remembered(visitor: Browser) -> None:
    visitor.get("/login")
    token = visitor.csrf_token()
    visitor.post("/theme", {"theme": "dark", "csrf_token": token}, follow=True)
    assert 'data-theme="dark"' in visitor.text
    visitor.post("/theme", {"theme": "pink", "csrf_token": token})
    assert visitor.status == 303
    visitor.post("/language", {"language": "zh_Hans", "csrf_token": token}, follow=True)
    assert '<html lang="zh-Hans"' in visitor.text
    visitor.post("/language", {"language": "xx", "csrf_token": token}, follow=True)
    assert '<html lang="zh-Hans"' in visitor.text
    fresh = Browser(visitor.application, visitor.site)
    fresh.open("/login", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de"' in fresh.text
