"""An install or uninstall that is killed at any statement leaves the site as it was, or as it was to be."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.shop import confirm, customers, order, stock_up
from tests.support.forked import killed_at
from tradewright.app import Site, open_site
from tradewright.app.gate import check
from tradewright.app.lifecycle import LifeCycle
from tradewright.base.settings import SiteSettings
from tradewright.registry import state
from tradewright.registry.verify import verify
from tradewright.testing import Template
from tradewright.testing.schema import all_rows, schema_text
from tradewright.testing.sites import compositions

OLD, NEW = ("sale", "stock"), ("sale", "stock", "b2b_portal", "account")
MakeSite = Callable[..., Site]


class Copies:
    """A site that is copied for each kill; `opened` opens the present copy with the addons that it has."""

    def __init__(self, site: Site, folder: Path, fresh: Callable[[str | None], str] | None) -> None:
        site.close()
        self.original = site.database.url
        self.folder = folder
        self.fresh = fresh
        self.url = ""

    def take(self, number: int) -> None:
        if self.fresh is not None:
            self.url = self.fresh(self.original.database)
            return
        copy = self.folder / f"copy{number}.sqlite"
        shutil.copyfile(str(self.original.database), copy)
        self.url = f"sqlite:///{copy}"

    def opened(self) -> Site:
        settings = SiteSettings("copy", self.url, files=self.folder / "files")
        site = open_site(settings, compositions().get(OLD))
        with site.database.read.connect() as connection:
            installed = state.installed_versions(connection)
        site.database.dispose()
        return open_site(settings, compositions().get(installed))


@pytest.fixture
def copies(
    make_site: MakeSite, tmp_path: Path, database_kind: str, request: pytest.FixtureRequest
) -> Callable[[tuple[str, ...]], Copies]:
    fresh = request.getfixturevalue("fresh_postgres_database") if database_kind == "postgresql" else None

    def made(addons: tuple[str, ...]) -> Copies:
        site = make_site(Template(addons=addons))
        with site.env() as env:
            products, (customer,) = stock_up(env, [5]), customers(env, 1)
            confirm(env, order(env, customer, products))
        return Copies(site, tmp_path, fresh)

    return made


def _install(site: Site) -> None:
    cycle = LifeCycle(site, compositions())
    cycle.apply(cycle.plan_install("b2b_portal", "account"))


def _uninstall(site: Site) -> None:
    cycle = LifeCycle(site, compositions())
    cycle.apply(cycle.plan_uninstall("b2b_portal", "account"))


def _seen(site: Site) -> tuple[str, Any]:
    """Return schema and rows, after seeing that the site works: the gate is open and its rules are kept."""
    check(site)
    with site.env(readonly=True) as env:
        assert not [one for one in verify(env, site.registry.units) if not one.notice]
    ignored = ("core_installed_addon", "core_site_state", "core_audit_entry", "core_parked_table")
    return schema_text(site.database), all_rows(site.database, without=ignored)


def _kill_everywhere(there: Copies, work: Callable[[Site], None], stride: int) -> None:
    there.take(0)
    site = there.opened()
    old = _seen(site)[0]
    site.close()
    states, new = [], old
    for statement in count(1, stride):
        there.take(statement)
        killed = killed_at(there.opened, work, statement)
        site = there.opened()
        schema = _seen(site)[0]
        states.append(schema == old)
        if killed:
            if schema == old:
                work(site)  # the lock did not outlive its holder
            site.close()
            continue
        new = schema
        site.close()
        break
    assert new != old
    assert states[0] is True
    assert states[-1] is False
    assert states == sorted(states, reverse=True), "what was committed is there for good"


@pytest.mark.parametrize("stride", [pytest.param(1, marks=pytest.mark.long), 149])
def test_an_install_killed_at_each_statement(copies: Callable[[tuple[str, ...]], Copies], stride: int) -> None:
    _kill_everywhere(copies(OLD), _install, stride)


@pytest.mark.parametrize("stride", [pytest.param(1, marks=pytest.mark.long), 149])
def test_an_uninstall_killed_at_each_statement(copies: Callable[[tuple[str, ...]], Copies], stride: int) -> None:
    _kill_everywhere(copies(NEW), _uninstall, stride)
