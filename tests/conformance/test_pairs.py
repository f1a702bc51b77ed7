"""Every pair of shipped addons, and random sets of them: installed, looked at, verified, taken off by plan."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from tests.support.rendering import opens_every_page
from tradewright.app import Site
from tradewright.app.lifecycle import LifeCycle
from tradewright.registry import verify
from tradewright.testing import SiteFactory, Template
from tradewright.testing.schema import schema_text
from tradewright.testing.sites import compositions

Names = tuple[str, ...]

PARKED = ("parked_",)
SEED = "TRADEWRIGHT_TEST_SEED"


@cache
def shipped() -> Names:
    return tuple(sorted(compositions().discovery.found.keys() - {"core"}))


def with_dependencies(names: Iterable[str]) -> Names:
    found = compositions().discovery.found
    wanted: set[str] = set()
    ahead = set(names)
    while ahead:
        wanted |= ahead
        ahead = {below for name in ahead for below in found[name].manifest.depends} - wanted - {"core"}
    return tuple(sorted(wanted))


def pairs() -> dict[Names, list[Names]]:
    """The sets that the pairs make together with what they depend on, each with its pairs."""
    made: dict[Names, list[Names]] = {}
    for pair in combinations(shipped(), 2):
        made.setdefault(with_dependencies(pair), []).append(pair)
    return made


PAIRS = pairs()
ON_POSTGRESQL = [("account", "b2b_portal"), ("helpdesk", "stock")]
ON_SQLITE = [pairs_of_set[0] for pairs_of_set in PAIRS.values()][::5]
"""The pairs of the default run; all of them with --long."""


def subsets() -> list[Names]:
    """All sets that hold what their members depend on."""
    sizes = range(1, len(shipped()) + 1)
    return [one for size in sizes for one in combinations(shipped(), size) if with_dependencies(one) == one]


def comes_and_goes(sites: SiteFactory, names: Names, stages: Sequence[Names], *, demo: bool = False) -> None:
    """Install a set, open its pages, verify it; take addons off until only each of the stages is left."""
    site = sites.make(Template(addons=names, demo=demo))
    assert set(site.composition.addons.names) == {"core", *names}
    opens_every_page(site)
    assert faults(site) == []
    for rest in stages:
        leaving = sorted(set(site.composition.addons.names) - {"core", *rest})
        if not leaving:
            continue
        cycle = LifeCycle(site, compositions())
        site = cycle.apply(cycle.plan_uninstall(*leaving))
        assert set(site.composition.addons.names) == {"core", *rest}
        assert faults(site) == []
        never = sites.make(Template(addons=rest))
        assert schema_text(site.database, without=PARKED) == schema_text(never.database)
        never.close()
    site.close()


def faults(site: Site) -> list[Any]:
    with site.env(readonly=True) as env:
        return [one for one in verify(env, site.composition.units) if not one.notice]


def stages_of(pair: Names) -> list[Names]:
    """Take the second off first, then all but the base."""
    return [with_dependencies(pair[:1]), ("base",)]


@pytest.mark.parametrize("names", PAIRS, ids=lambda names: "+".join(PAIRS[names][0]))
def test_a_pair_comes_shows_and_goes(
    sites: SiteFactory, database_kind: str, names: Names, pytestconfig: pytest.Config
) -> None:
    pair = PAIRS[names][0]
    by_default = pair in (ON_POSTGRESQL if database_kind == "postgresql" else ON_SQLITE)
    if not by_default and not pytestconfig.getoption("--long"):
        pytest.skip("long: run with --long")
    comes_and_goes(sites, names, stages_of(pair))


def test_every_pair_is_there() -> None:
    assert sum(map(len, PAIRS.values())) == len(shipped()) * (len(shipped()) - 1) / 2
    assert {pair for found in PAIRS.values() for pair in found} >= set(ON_POSTGRESQL)


def chosen_sets(many: int) -> Iterator[tuple[Names, list[Names]]]:
    """Give random sets, each with smaller ones on the way back; the seed is printed, or taken from the environment."""
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(1_000_000))
    print(f"{SEED}={seed}")  # noqa: T201  # shown where the test fails
    chance = random.Random(seed)
    known = subsets()
    for _number in range(many):
        names = chance.choice([one for one in known if len(one) > 2])
        smaller = [one for one in known if "base" in one and set(one) < set(names)]
        first = chance.choice(smaller)
        yield names, [first, *([("base",)] if first != ("base",) else [])]


def test_random_sets_come_show_and_go(sites: SiteFactory, database_kind: str) -> None:
    for names, stages in chosen_sets(2 if database_kind == "sqlite" else 1):
        comes_and_goes(sites, names, stages)


@pytest.mark.long
def test_many_random_sets_come_show_and_go(sites: SiteFactory) -> None:
    for names, stages in chosen_sets(30):
        comes_and_goes(sites, names, stages)


@pytest.mark.long
@pytest.mark.parametrize("names", subsets(), ids="+".join)
def test_every_subset_installs_with_its_demonstration(sites: SiteFactory, names: Names) -> None:
    comes_and_goes(sites, names, [], demo=True)
