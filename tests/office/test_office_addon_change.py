"""Administrators change the addons of the site on a page: they see the plan, and exactly that plan is applied."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.office.conftest import model
from tradewright.app import Site
from tradewright.app.lifecycle import LifeCycle
from tradewright.app.lifecycle.lock import life_cycle_lock
from tradewright.registry import state
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for
from tradewright.testing.sites import compositions

PLAN = "/office/addons/{}/change?action={}"
CHANGE = "/office/addons/{}/change"


@pytest.fixture
def site(sites: SiteFactory) -> Site:
    made = sites.make(Template(addons=("sale",)))
    made.life_cycle = lambda: LifeCycle(made, compositions())
    return made


def browse(site: Site, *roles: str) -> Browser:
    user, granted = model(site, "base.User"), model(site, "base.UserRole")
    with site.env() as env:
        made = env.add(
            user(
                kind="staff",
                login="ada@example.com",
                name="Ada",
                company=env.company,
                roles=[granted(role=role) for role in roles],
            )
        )
        env.flush()
        number = made.id
    browser = Browser(application_for(site), site)
    browser.sign_in_as(number)
    return browser


def mark(page: Any) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]{16})"', page.text)
    assert found is not None
    return found[1]


def change(browser: Browser, name: str, action: str, plan: str) -> Any:
    token = browser.csrf_token()
    return browser.post(CHANGE.format(name), {"csrf_token": token, "action": action, "mark": plan})


def installed(site: Site) -> set[str]:
    with site.database.read.connect() as connection:
        return set(state.installed_versions(connection) or ())


def test_an_addon_is_installed_by_the_plan_that_was_looked_at(site: Site) -> None:
    browser = browse(site, "base.admin")
    assert "Install…" in browser.get("/office/addons/account").text
    page = browser.get(PLAN.format("account", "install"))
    assert page.status_code == 200
    for words in ("Install account", "account_invoice: made", "account.user", "CREATE TABLE"):
        assert words in page.text
    assert "account" not in installed(site)
    done = change(browser, "account", "install", mark(page))
    assert done.status_code == 200
    assert "Done." in done.text
    assert "account" in installed(site)


def test_a_plan_that_is_another_by_now_is_not_applied_but_shown(site: Site) -> None:
    browser = browse(site, "base.admin")
    browser.get("/office/addons")
    page = change(browser, "account", "install", "0" * 16)
    assert page.status_code == 409
    assert "The plan is another one by now" in page.text
    assert "account" not in installed(site)
    again = change(browser, "account", "install", mark(page))
    assert again.status_code == 200


def test_while_somebody_else_changes_the_addons_nothing_is_done(site: Site) -> None:
    browser = browse(site, "base.admin")
    plan = mark(browser.get(PLAN.format("account", "install")))
    with life_cycle_lock(site.database, site.name):
        page = change(browser, "account", "install", plan)
    assert page.status_code == 409
    assert "Somebody else is changing the addons" in page.text
    assert "account" not in installed(site)


def test_what_stands_against_it_is_told_and_there_is_no_button(site: Site) -> None:
    browser = browse(site, "base.admin")
    page = browser.get(PLAN.format("product", "uninstall"))
    assert "This stands against it" in page.text
    assert "sale depends on product" in page.text
    assert "Uninstall now" not in page.text
    refused = change(browser, "product", "uninstall", mark(page))
    assert refused.status_code == 409
    assert "product" in installed(site)


def test_an_addon_that_is_not_there_is_told_with_its_fault(site: Site) -> None:
    page = browse(site, "base.admin").get(PLAN.format("nonsense", "install"))
    assert page.status_code == 200
    assert "lifecycle.unknown" in page.text or "addons.unknown" in page.text


@pytest.mark.parametrize("role", ["base.user", "sale.manager"])
def test_nobody_else_sees_or_changes_anything(site: Site, role: str) -> None:
    browser = browse(site, role)
    assert browser.get(PLAN.format("account", "install")).status_code == 404
    browser.get("/office")
    assert change(browser, "account", "install", "0" * 16).status_code == 404
    assert "account" not in installed(site)


def test_what_an_uninstall_parks_comes_back(site: Site) -> None:
    browser = browse(site, "base.admin")
    page = browser.get(PLAN.format("sale", "uninstall"))
    assert "Uninstall now" in page.text
    assert change(browser, "sale", "uninstall", mark(page)).status_code == 200
    assert "sale" not in installed(site)
    back = browser.get(PLAN.format("sale", "install"))
    assert "Comes back with its data" in back.text


def test_a_site_without_a_life_cycle_offers_none(site: Site) -> None:
    site.life_cycle = None
    browser = browse(site, "base.admin")
    assert "Install…" not in browser.get("/office/addons/account").text
    assert browser.get(PLAN.format("account", "install")).status_code == 404
