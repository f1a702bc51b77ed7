"""The page of the site's addons: what is installed, what is set aside and why, for administrators only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.addons.conftest import workshop
from tests.addons.workshop import Workshop
from tests.office.conftest import model
from tradewright.addons import discover
from tradewright.app import Compositions, Site, open_site
from tradewright.base.settings import Settings, SiteSettings
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for
from tradewright.testing.statements import count_statements

__all__ = ["workshop"]

Reopen = Callable[..., Site]


@pytest.fixture
def reopen(sites: SiteFactory, workshop: Workshop, tmp_path: Path) -> Reopen:
    """A function that opens a site with `warranty` and `insured` again, after `warranty` was changed."""
    workshop.addon("warranty", ["base"], extra='category = "Delivery"')
    workshop.addon("insured", ["warranty"])
    workshop.addon("spare", ["base"])
    made = sites.make(Template(addons=("insured",), paths=(workshop.folder,)))

    def start(source: str = "", *, safe: bool = False) -> Site:
        (workshop.root("warranty") / "plugin.py").write_text(source)
        for name in [name for name in sys.modules if name.startswith(f"{workshop.prefix}_")]:
            del sys.modules[name]
        url = made.database.url.render_as_string(hide_password=False)
        own = SiteSettings(name="test", database=url, files=tmp_path / "files")
        settings = Settings(sites={own.name: own}, secret_key_file=tmp_path / "secret.key")
        compositions = Compositions(discover([workshop.folder]), safe=safe)
        site = open_site(own, compositions.get_safe() if safe else compositions.get(["insured"]), settings=settings)
        sites.made.append(site)
        return site

    return start


def browse(site: Site, role: str = "base.admin", *, login: str = "ada@example.com") -> Browser:
    user, granted = model(site, "base.User"), model(site, "base.UserRole")
    with site.env() as env:
        roles = [granted(role=role)]
        made = env.add(user(kind="staff", login=login, name="Ada", company=env.company, roles=roles))
        env.flush()
        user_id = made.id
    browser = Browser(application_for(site), site)
    browser.sign_in_as(user_id)
    return browser


def test_all_addons_are_listed_with_version_and_state(reopen: Reopen) -> None:
    browser = browse(reopen())
    browser.get("/office/addons")
    for text in ("warranty for tests", "1.0", "Installed", "On the server, not on this site", "spare", "Not installed"):
        assert text in browser.text
    assert "need to be looked at" not in browser.text
    browser.get("/office/addons/warranty")
    for text in ("Delivery", "Needed by", "insured", "Version of the code"):
        assert text in browser.text
    assert "What is wrong" not in browser.text


def test_what_is_set_aside_is_told_with_its_reason(reopen: Reopen, workshop: Workshop) -> None:
    browser = browse(reopen("raise RuntimeError('<script>alert(1)</script>')\n"))
    browser.get("/office/addons")
    assert "2 addons need to be looked at. The others work." in browser.text
    assert browser.text.count("Set aside") == 2
    assert browser.text.index(">warranty<") < browser.text.index(">insured<") < browser.text.index(">base<")
    browser.get("/office/addons/warranty")
    module = f"{workshop.package('warranty')}.plugin"
    assert f"{module} can&#39;t be imported: RuntimeError: &lt;script&gt;alert(1)&lt;/script&gt;" in browser.text
    assert "<script>alert(1)" not in browser.text
    for text in ("addons.import", f"{workshop.root('warranty')}/plugin.py:1", "Its data is kept."):
        assert text in browser.text
    browser.get("/office/addons/insured")
    assert "it is set aside because warranty is, which it depends on" in browser.text


def test_troubles_in_hooks_are_shown(reopen: Reopen) -> None:
    site = reopen()
    trouble = model(site, "core.AddonTrouble")
    with site.env() as env:
        facts = {"kind": "slow", "place": "x.py:1", "detail": "it took longer than 10 seconds", "times": 12}
        env.add(trouble(addon="warranty", hook="orders_made", first_at=env.now, last_at=env.now, **facts))
    browser = browse(site)
    browser.get("/office/addons/warranty")
    for text in ("Trouble while running", "orders_made", "Too slow", "it took longer than 10 seconds", "12"):
        assert text in browser.text


def test_safe_mode_is_told_and_administrators_can_sign_in(reopen: Reopen) -> None:
    browser = browse(reopen("raise RuntimeError\n", safe=True))
    browser.get("/office/addons")
    assert "Safe mode" in browser.text
    assert browser.text.count("Not loaded") == 2
    browser.get("/office")
    assert browser.status == 200


def test_only_administrators_see_it(reopen: Reopen) -> None:
    browser = browse(reopen(), "base.user")
    for path in ("/office/addons", "/office/addons/warranty"):
        browser.get(path)
        assert browser.status in {403, 404}
        assert "warranty for tests" not in browser.text
    browser.get("/office")
    assert "/office/addons" not in browser.text


def test_an_addon_that_does_not_exist_is_not_found(reopen: Reopen) -> None:
    browser = browse(reopen())
    browser.get("/office/addons/nothing")
    assert browser.status == 404


def test_the_pages_cost_the_same_for_any_number_of_addons(reopen: Reopen, workshop: Workshop) -> None:
    counts = []
    for more in (0, 20):
        for number in range(more):
            workshop.addon(f"more{number}", ["base"])
        site = reopen()
        browser = browse(site, login=f"admin{more}@example.com")
        browser.get("/office/addons")
        with count_statements(site) as statements:
            browser.get("/office/addons")
        assert browser.text.count("/office/addons/more") >= more
        counts.append(len(statements))
    assert counts[0] == counts[1]
