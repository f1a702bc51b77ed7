"""Sites: several with different addon sets at once in one process; equal sets share their composition."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.garden import ADDONS
from tradewright.app import Composition, Compositions, Site
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for
from tradewright.testing.sites import compositions
from tradewright_fence.extends.bed import FencedBed
from tradewright_garden.models.bed import Bed


def _sites(make_site: Callable[..., Site]) -> list[Site]:
    sets = [("garden",), ("fence",), ("hedge",)]
    return [make_site(Template(addons=addons, paths=(ADDONS,))) for addons in sets]


def test_each_site_has_the_fields_and_behaviour_of_its_own_addons(make_site: Callable[..., Site]) -> None:
    described = []
    for site in _sites(make_site):
        with site.env() as env:
            bed = env.add(env[Bed](name="Roses"))
            env.flush()
            described += env[Bed].describe(env, [bed])
        info = site.registry.models["garden.Bed"]
        assert ("fence" in info.fields, "hedge" in info.fields) == (
            "fence" in site.composition.addons.names,
            "hedge" in site.composition.addons.names,
        )
    assert described == ["Roses", "Roses, fenced", "Roses, fenced, hedged"]


def test_three_sites_with_different_addons_work_at_once(make_site: Callable[..., Site]) -> None:
    sites = _sites(make_site)
    barrier = threading.Barrier(len(sites))
    found: dict[int, list[str]] = {}
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            barrier.wait(30)
            for count in range(10):
                with sites[number].env() as env:
                    bed = env.add(env[Bed](name=f"Bed {count}"))
                    env.flush()
                    found.setdefault(number, []).extend(env[Bed].describe(env, [bed]))
        except BaseException as error:  # noqa: BLE001  # the main thread tells
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(sites))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    words = ["", ", fenced", ", fenced, hedged"]
    assert found == {number: [f"Bed {count}{words[number]}" for count in range(10)] for number in range(len(sites))}


def test_the_office_of_each_site_shows_what_its_addons_have(make_site: Callable[..., Site]) -> None:
    sites = _sites(make_site)
    for site in sites:
        user: Any = site.registry.model("base.User").cls
        role: Any = site.registry.model("base.UserRole").cls
        with site.env() as env:
            roles = [role(role="garden.manager")]
            made = env.add(user(kind="staff", login="a@b.example", name="A", company=env.company, roles=roles))
            env.flush()
            number = made.id
        browser = Browser(application_for(site), site)
        browser.sign_in_as(number)
        browser.get("/office/garden.Bed")
        assert browser.status == 200
        browser.get("/office/fence.Gate")
        assert browser.status == (200 if "fence" in site.composition.addons.names else 404)


def test_sites_with_equal_addons_share_one_composition(make_site: Callable[..., Site]) -> None:
    one, other = (make_site(Template(addons=("fence",), paths=(ADDONS,))) for _number in range(2))
    assert one.composition is other.composition
    assert one.registry is other.registry
    with one.env() as env:
        env.add(env[FencedBed](name="Here"))
    with other.env() as env:
        assert env.delete_where(Bed) == 0


def test_the_wanted_addons_and_those_they_bring_along_make_the_same_composition() -> None:
    known: Compositions = compositions((ADDONS,))
    composition: Composition = known.get(("fence",))
    assert known.get(("garden", "fence", "base")) is composition
    assert known.get(("garden",)) is not composition


def test_an_extension_leaves_the_declaration_and_other_registries_alone(sites: SiteFactory, tmp_path: Path) -> None:
    del tmp_path
    plain = sites.make(Template(addons=("garden",), paths=(ADDONS,)))
    fenced = sites.make(Template(addons=("fence",), paths=(ADDONS,)))
    assert plain.registry.composed(Bed) is not fenced.registry.composed(Bed)
    assert not issubclass(plain.registry.composed(Bed), FencedBed)
    assert issubclass(fenced.registry.composed(Bed), FencedBed)
    assert fenced.registry.composed(FencedBed) is fenced.registry.composed(Bed)
    assert plain.registry.models["garden.Bed"].table is not fenced.registry.models["garden.Bed"].table
