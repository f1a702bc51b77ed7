"""Every subset of the eight addons composes, merges its views, installs, renders and verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.app import Site
from tradewright.hooks import actor_for
from tradewright.orm import select
from tradewright.registry import verify
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for
from tradewright.testing.sites import compositions

if TYPE_CHECKING:
    from tradewright.orm import Env

EIGHT = ("account", "b2b_portal", "base", "einvoice", "helpdesk", "product", "sale", "stock")
SAMPLE = (
    ("base",),
    ("base", "helpdesk"),
    ("base", "product", "sale"),
    ("account", "base", "helpdesk", "product", "stock"),
    ("b2b_portal", "base", "helpdesk", "product", "sale"),
    ("account", "b2b_portal", "base", "einvoice", "product", "sale"),
)


def _subsets() -> Iterator[tuple[str, ...]]:
    """All sets of the eight that hold what their members depend on."""
    addons = compositions().discovery.found
    for size in range(1, len(EIGHT) + 1):
        for subset in combinations(EIGHT, size):
            if all(set(addons[name].manifest.depends) <= set(subset) | {"core"} for name in subset):
                yield subset


SUBSETS = list(_subsets())


def test_there_are_as_many_subsets_as_the_dependencies_allow() -> None:
    assert len(SUBSETS) > 30
    assert set(SAMPLE) <= set(SUBSETS)
    assert EIGHT in SUBSETS


@pytest.mark.parametrize("subset", SUBSETS, ids="+".join)
def test_a_subset_composes_and_merges_its_views(subset: tuple[str, ...]) -> None:
    composition = compositions().get(subset)
    assert set(composition.addons.names) - {"core"} == set(subset)
    for model in composition.registry.models:
        assert composition.views.list_for(model).model == model
        assert composition.views.form_for(model).model == model


def _administrator(site: Site) -> int:
    """A member of staff with every role that the subset has, but those of portal users."""
    user: Any = site.registry.model("base.User").cls
    role: Any = site.registry.model("base.UserRole").cls
    with site.env() as env:
        roles = [role(role=name) for name in sorted(site.roles) if not name.endswith(".buyer")]
        made = env.add(user(kind="staff", login="all@example.com", name="All", company=env.company, roles=roles))
        env.flush()
        return int(made.id)


def _first(env: Env, model: Any) -> int | None:
    return env.scalar(select(model.id).order_by(model.id).limit(1))


def _renders(site: Site) -> None:
    """Open the list, the form of a new record and that of the first record of every model."""
    browser = Browser(application_for(site), site)
    user = _administrator(site)
    browser.sign_in_as(user)
    with site.env(readonly=True) as env:
        actor = env.first(actor_for)(env, user)
    assert actor is not None
    for name, info in site.registry.models.items():
        with site.env(readonly=True) as env:
            first = _first(env, info.cls)
        readable = bool(site.access.granted(actor, name, "read"))  # nobody of the staff sees a buyer's cart
        browser.get(f"/office/{name}")
        assert browser.status == (200 if readable else 404), (name, browser.status)
        browser.get(f"/office/{name}/new")
        assert browser.status in {200, 403, 404}, (name, browser.status)
        if first is not None and readable:
            browser.get(f"/office/{name}/{first}")
            assert browser.status == 200, (name, first, browser.status)
    browser.get("/office")
    assert browser.status == 200


def _installs_renders_and_verifies(make_site: Callable[..., Site], subset: tuple[str, ...], *, demo: bool) -> None:
    site = make_site(Template(addons=subset, demo=demo))
    assert set(site.composition.addons.names) - {"core"} == set(subset)
    _renders(site)
    with site.env(readonly=True) as env:
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []


@pytest.mark.parametrize("subset", SAMPLE, ids="+".join)
def test_a_subset_installs_renders_and_verifies(
    sites: SiteFactory, database_kind: str, subset: tuple[str, ...]
) -> None:
    if database_kind == "postgresql" and subset not in SAMPLE[4:]:
        pytest.skip("on PostgreSQL with --long")
    _installs_renders_and_verifies(sites.make, subset, demo=False)


@pytest.mark.long
@pytest.mark.parametrize("subset", SUBSETS, ids="+".join)
def test_every_subset_installs_with_its_demonstration(make_site: Callable[..., Site], subset: tuple[str, ...]) -> None:
    _installs_renders_and_verifies(make_site, subset, demo=True)
