"""The back office of what is shipped: every subset of addons has its views, and every page of the demo opens."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.office.conftest import model
from tradewright.app import Site
from tradewright.orm import select
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import browser_for
from tradewright.testing.sites import compositions
from tradewright.views import MenuItem, ViewSet
from tradewright.web.icons import icon
from tradewright.web.urls import compose

ALL = tuple(sorted(name for name in compositions().discovery.found if name != "core"))


def entries(items: Iterable[MenuItem]) -> Iterator[MenuItem]:
    """Yield all entries of a menu."""
    for item in items:
        yield item
        yield from entries(item.children)


@pytest.mark.parametrize("wanted", [(name,) for name in ALL] + [ALL], ids="+".join)
def test_the_views_of_an_addon_with_what_it_depends_on_are_sound(wanted: tuple[str, ...]) -> None:
    composition = compositions().get(wanted)
    assert composition.view_faults == ()
    _check(composition.views, set(compose(composition.addons.parts, composition.addons.roles).endpoints))


@pytest.mark.long
def test_the_views_of_every_subset_of_addons_are_sound() -> None:
    seen = set()
    for size in range(1, len(ALL) + 1):
        for wanted in itertools.combinations(ALL, size):
            composition = compositions().get(wanted)
            if composition.addons.names not in seen:
                seen.add(composition.addons.names)
                assert composition.view_faults == ()
                _check(composition.views, set(compose(composition.addons.parts, composition.addons.roles).endpoints))
    assert len(seen) > len(ALL)


def _check(views: ViewSet, endpoints: set[str]) -> None:
    """Every page that views name exists, and every icon."""
    buttons = [(form.id, button) for form in views.forms.values() for button in form.buttons]
    menu = list(entries(views.menu))
    named = {button.endpoint for _form, button in buttons} | {item.endpoint for item in menu}
    assert named - {""} - endpoints == set()
    for name in {item.icon for item in menu} | {button.icon for _form, button in buttons}:
        assert not name or icon(name)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo site of all shipped addons on SQLite."""
    folder: Path = tmp_path_factory.mktemp("demo")
    factory = SiteFactory(folder, folder)
    yield factory.make(Template(addons=ALL, demo=True))
    factory.close()


@pytest.mark.parametrize("language", ["en", "de", "zh_Hans"])
def test_every_page_of_the_demo_opens_for_an_administrator(demo: Site, language: str) -> None:
    user = model(demo, "base.User")
    browser = browser_for(demo)
    with demo.env() as env:
        admin = env.all(select(user).where(user.kind == "staff").order_by(user.id))[0]
        admin.language = language
        number = admin.id
    browser.sign_in_as(number)
    browser.get("/office")
    menu = set(re.findall(r'href="(/office/[^"#]+)"', browser.text))
    assert len(menu) > 5
    views = demo.composition.views
    paths = {path.replace("&amp;", "&") for path in menu}
    # Every view in English; what the menu opens in the other languages.
    for shown in views.lists.values() if language == "en" else ():
        paths.add(f"/office/{shown.model}?view={shown.id}")
        paths |= {f"/office/{shown.model}?view={shown.id}&group={one.name}" for one in views.search_of(shown).groups}
        paths |= {f"/office/{shown.model}/export?view={shown.id}", f"/office/{shown.model}/new"}
    paths |= {f"/office/{shown.model}?view={shown.id}" for shown in views.kanbans.values()}
    for path in sorted(paths):
        browser.get(path)
        assert browser.status in {200, 403, 404}, path
        record = re.search(r'class="row-link" href="(/office/[\w.]+/\d+)', browser.text)
        if record and browser.status == 200:
            browser.get(record[1])
            assert browser.status == 200, record[1]
            browser.get(f"{record[1]}/edit")
            assert browser.status in {200, 403}, record[1]
