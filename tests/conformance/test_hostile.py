"""Addons that forget or break one thing each: all are caught, with a message that helps, and the others go on."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.hostile import in_code, in_loading, in_manifest, in_models, in_views, in_web, living, running
from tests.conformance.hostile.case import Hostile, find
from tests.conformance.hostile.promises import ELSEWHERE, PROMISES
from tests.conformance.hostile.sound import SOUND, write
from tradewright.addons import discover
from tradewright.app import Compositions, Site
from tradewright.app.lifecycle import LifeCycle
from tradewright.base import DeveloperError, TradewrightError
from tradewright.conformance import RULES, examine, find_subject
from tradewright.conformance.bench import Bench, Copy
from tradewright.conformance.worlds import Answer, Visitor
from tradewright.hooks import actor_for, sample_user
from tradewright.jobs.book import book_of
from tradewright.jobs.embedded import run_all
from tradewright.orm import SYSTEM, Actor, func, select
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import browser_for
from tradewright.web.website import Parts

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tradewright.testing.databases import Databases

CASES: list[Hostile] = [
    *in_manifest.CASES,
    *in_loading.CASES,
    *in_models.CASES,
    *in_web.CASES,
    *in_code.CASES,
    *in_views.CASES,
    *running.CASES,
    *living.CASES,
]
OTHERS = {**in_manifest.OTHERS, **in_models.OTHERS, **in_views.OTHERS}
HANGS = 8.0
"""Seconds until an import counts as one that hangs: many times what the slowest sound one takes."""
ON_BOTH = {16, 19}
"""What the database itself has a part in."""


def marks(case: Hostile) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=case.gap)] if case.gap else []


def each(cases: list[Hostile]) -> list[Any]:
    return [pytest.param(case, id=case.name, marks=marks(case)) for case in cases]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, list[Hostile]], Path]]:
    """A function that writes addons into a folder of their own, with a sound one beside them."""
    path, before = list(sys.path), set(sys.modules)

    def written(sound: str, cases: list[Hostile]) -> Path:
        made = tmp_path_factory.mktemp(sound)
        write(made, sound, SOUND)
        for case in cases:
            case.write(made)
        return made

    yield written
    sys.path[:] = path
    names = {case.name for case in CASES} | set(OTHERS) | {NEIGHBOUR, COMPANION, HEALTHY, LEAKING}
    for name in set(sys.modules) - before:
        if name.partition(".")[0].removeprefix("tradewright_") in names:
            del sys.modules[name]


# Before a site has it -------------------------------------------------------------------------------------------------

NEIGHBOUR = "sound_neighbour"


@dataclass(frozen=True)
class Still:
    """A site with a sound addon, and all the hostile ones on the addons path."""

    folder: Path
    factory: SiteFactory
    compositions: Compositions
    site: Site


@pytest.fixture(scope="module")
def still(folder: Callable[[str, list[Hostile]], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Still]:
    path = folder(NEIGHBOUR, [*find(CASES, "install"), *find(CASES, "check")])
    for name, files in OTHERS.items():
        write(path, name, files)
    checks = (lambda made: Parts.of(made.addons, debug=False), lambda made: book_of(made.registry))
    compositions = Compositions(discover([path]), start_seconds=HANGS, checks=checks)
    place = tmp_path_factory.mktemp("still")
    factory = SiteFactory(place, place)
    yield Still(path, factory, compositions, factory.make(Template(addons=(NEIGHBOUR,), paths=(path,))))
    factory.close()


def refusal(still: Still, case: Hostile) -> DeveloperError:
    """Return why an addon is not installed."""
    cycle = LifeCycle(still.site, still.compositions)
    with pytest.raises(DeveloperError) as caught:
        cycle.apply(cycle.plan_install(case.name, *case.beside))
    return caught.value


@pytest.mark.parametrize("case", each(find(CASES, "install")))
def test_it_is_refused_before_a_site_has_it(still: Still, case: Hostile) -> None:
    error = refusal(still, case)
    assert (error.code, [text for text in case.told if text not in str(error)]) == (case.code, []), str(error)
    assert case.name in (error.addon or ""), str(error)
    assert error.where, str(error)
    assert error.remedy, str(error)
    # The others start without it, and the site is as it was.
    with_it = still.compositions.get([NEIGHBOUR, case.name, *case.beside])
    assert NEIGHBOUR in with_it.addons
    assert [one for one in with_it.addons.problems if one.addon == NEIGHBOUR] == []
    with still.site.env(readonly=True) as env:
        model: Any = still.site.registry.models[f"{NEIGHBOUR}.Claim"].cls
        assert env.scalar(select(func.count()).select_from(model)) == 0


def test_it_can_be_taken_off_but_not_with_posted_documents(still: Still) -> None:
    """What nobody may lose is no matter of how careful an addon is: the plan refuses."""
    site = still.factory.make(Template(addons=(NEIGHBOUR,), paths=(still.folder,)))
    cycle = LifeCycle(site, still.compositions)
    assert cycle.plan_uninstall(NEIGHBOUR).blocking == ()
    model: Any = site.registry.models[f"{NEIGHBOUR}.Claim"].cls
    with site.env() as env:
        customer = env.first(sample_user)(env, "portal", "late")
        assert customer is not None
        env.add(model(subject="Late", customer_id=dict(customer.records)["base.Partner"], state="posted"))
    with pytest.raises(DeveloperError) as caught:
        cycle.apply(cycle.plan_uninstall(NEIGHBOUR))
    assert caught.value.code == "lifecycle.refused"
    for text in (NEIGHBOUR, "1 Claims are posted", f"{NEIGHBOUR}.Claim", "keep the addon"):
        assert text in str(caught.value)


# By the rules of conformance ------------------------------------------------------------------------------------------


def reported(findings: list[Any], case: Hostile) -> None:
    """Check that a rule says what is wrong, once for all that a developer has to know."""
    mine = [str(one) for one in findings if one.code == case.code]
    assert mine, "\n".join(map(str, findings)) or "nothing is found"
    assert any(all(text in one for text in case.told) for one in mine), "\n".join(mine)
    assert all(one.addon == case.name and one.remedy for one in findings)


@pytest.mark.parametrize("case", each(find(CASES, "check")))
def test_it_is_reported_by_a_rule(still: Still, case: Hostile) -> None:
    reported(list(RULES[case.code].check(find_subject(case.name, paths=(still.folder,)))), case)


HEALTHY, LEAKING = "sound_living", "sound_leaking"
COUNTING = {"C702", "C703", "C704"}


@pytest.fixture(scope="module")
def benches(
    folder: Callable[[str, list[Hostile]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Path, Bench]]]:
    """Benches whose sites have all addons of a folder: hostile ones live together, by what is measured of them.

    Counting statements opens the pages of all that are there, so few live where that is done, with the sound one.
    """
    counted = [case for case in find(CASES, "check", living=True) if case.code in COUNTING]
    looked_at = [case for case in find(CASES, "check", living=True) if case.code not in COUNTING]
    folders = {"counted": folder(HEALTHY, counted), "looked at": folder(LEAKING, looked_at)}
    with ExitStack() as stack:
        yield {
            name: (path, stack.enter_context(Bench(tmp_path_factory.mktemp("bench"), together=True)))
            for name, path in folders.items()
        }


@pytest.mark.parametrize("case", each(find(CASES, "check", living=True)))
def test_it_is_reported_by_a_rule_that_lives_on_a_site(benches: dict[str, tuple[Path, Bench]], case: Hostile) -> None:
    path, bench = benches["counted" if case.code in COUNTING else "looked at"]
    reported(list(RULES[case.code].check(find_subject(case.name, paths=(path,), bench=bench))), case)


def test_the_sound_addon_beside_them_keeps_every_rule(benches: dict[str, tuple[Path, Bench]]) -> None:
    path, made = benches["counted"]
    verdict = examine(find_subject(HEALTHY, paths=(path,), bench=made))
    assert [str(finding) for finding in verdict.findings] == []
    assert (verdict.reached, len(verdict.ran)) == ("gold", len(RULES))


# While the site runs --------------------------------------------------------------------------------------------------

COMPANION = "sound_companion"


@dataclass(frozen=True)
class Running:
    """A site with a sound addon and all the hostile ones that can be installed, a member of staff and a customer."""

    site: Site
    staff: Actor
    customer: Actor

    def visit(self, path: str) -> Answer:
        """Open a page as the customer."""
        return Visitor(self.site, self.customer.user_id or 0).ask(path)

    def submit(self, path: str) -> TestResponse:
        """Send the form of a page as the customer."""
        browser = browser_for(self.site)
        browser.sign_in_as(self.customer.user_id or 0)
        browser.get(path)
        return browser.submit({"subject": "Left over"}, action=f"{path}/new", headers={"Accept": "application/json"})

    def actor(self, case: Hostile) -> Actor:
        return {"customer": self.customer, "staff": self.staff, "system": SYSTEM}[case.who]

    def act(self, name: str, actor: Actor) -> Any:
        module = importlib.import_module(f"tradewright_{name}.services.acting")
        return self.site.run(module.act, actor=actor)

    def left_over(self, name: str) -> int:
        """Count what an addon wrote and should not have."""
        model: Any = self.site.registry.models[f"{name}.Claim"].cls
        with self.site.env(readonly=True) as env:
            return env.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture(scope="module")
def running_folder(folder: Callable[[str, list[Hostile]], Path]) -> Path:
    return folder(COMPANION, find(CASES, "run"))


def copies(databases: Databases) -> Copy:
    def copy(name: str, build: Callable[[str], None]) -> str:
        return databases.fresh(databases.template(name, build))

    return copy


@pytest.fixture(scope="module")
def site_of(
    request: pytest.FixtureRequest, running_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Running]]:
    """A function that returns the site on a database, made once."""
    made: dict[str, Running] = {}
    factories: list[SiteFactory] = []
    names = (COMPANION, *(case.name for case in find(CASES, "run")))

    def get(kind: str) -> Running:
        if kind not in made:
            place = tmp_path_factory.mktemp(kind)
            copy = copies(request.getfixturevalue("postgres_databases")) if kind == "postgresql" else None
            factories.append(SiteFactory(place, place, copy))
            site = factories[-1].make(Template(addons=names, paths=(running_folder,)))
            with site.env() as env:
                users = [env.first(sample_user)(env, who, f"s{who}") for who in ("staff", "portal")]
            with site.env(readonly=True) as env:
                actors = [env.first(actor_for)(env, user.user_id) for user in users if user]
            staff, customer = (actor for actor in actors if actor)
            made[kind] = Running(site, staff, customer)
        return made[kind]

    yield get
    for factory in factories:
        factory.close()


def acts() -> list[Any]:
    cases = find(CASES, "run")
    both = [case for case in cases if ON_BOTH & set(case.promises)]
    return [
        *(pytest.param(case, "sqlite", id=case.name, marks=marks(case)) for case in cases),
        *(pytest.param(case, "postgresql", id=f"{case.name}-postgresql", marks=marks(case)) for case in both),
    ]


def told_by(site: Running, case: Hostile, caplog: pytest.LogCaptureFixture) -> tuple[str, str]:
    """Let the addon do what it does wrong; return the code of the error, and all that is told of it."""
    if case.visit.startswith("/"):
        answer = site.visit(case.visit.replace("NAME", case.name))
        assert answer.status >= 500
        assert case.code not in answer.text, "details are not for the user"
        return (case.code if case.code in answer.error else "", answer.error)
    if case.visit == "submit":
        refused = site.submit(f"/portal/{case.name}")
        assert 400 <= refused.status_code < 500
        return str(refused.get_json()["code"]), refused.get_data(as_text=True)
    if case.visit == "job":
        jobs = importlib.import_module(f"tradewright_{case.name}.jobs")
        with site.site.env(SYSTEM) as env:
            env.defer(jobs.thank, subject="x")
        run_all(site.site)
        return (case.code if case.code in caplog.text else "", caplog.text)
    with pytest.raises(Exception, match=r".") as caught:
        site.act(case.name, site.actor(case))
    error = caught.value
    code = error.code if isinstance(error, TradewrightError) else type(error).__name__
    return code, "\n".join([str(error), *getattr(error, "__notes__", [])])


@pytest.mark.parametrize(("case", "kind"), acts())
def test_it_is_contained_while_the_site_runs(
    site_of: Callable[[str], Running], case: Hostile, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    running_site = site_of(kind)
    code, told = told_by(running_site, case, caplog)
    assert (code, [text for text in case.told if text not in told]) == (case.code, []), told
    assert running_site.left_over(case.name) == 0
    assert running_site.act(COMPANION, running_site.customer) == [f"{COMPANION}: nothing"]
    assert running_site.visit(f"/portal/{COMPANION}").status == 200


# All together ---------------------------------------------------------------------------------------------------------


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({case.wrong for case in CASES}) == len(CASES)


def test_every_promise_that_an_addon_can_break_is_tried() -> None:
    assert {number for case in CASES for number in case.promises} == set(PROMISES)
    assert set(PROMISES).isdisjoint(ELSEWHERE)
    assert set(PROMISES) | set(ELSEWHERE) == set(range(1, 40))
