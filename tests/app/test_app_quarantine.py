"""A site whose addon breaks goes on without it, keeps what it has, and knows what happened in its hooks."""

import importlib
import logging
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.addons.workshop import Workshop
from tradewright.app import Compositions, Site, install, open_site
from tradewright.app.lifecycle import LifeCycle
from tradewright.base import DeveloperError, UserError
from tradewright.base.settings import SiteSettings
from tradewright.jobs.embedded import run_all
from tradewright.jobs.rows import JOB, SCHEDULE, table
from tradewright.jobs.schedules import settle
from tradewright.orm import select
from tradewright.registry import state
from tradewright.registry.install import plan_tables

SHOP = """
    from tradewright.orm import Mapped, Model, text

    class Order(Model, title="number"):
        "What somebody wants."
        number: Mapped[str] = text(unique=True)
"""
HOOKS = """
    from tradewright.hooks import hookspec

    @hookspec(seconds=0.2)
    def orders_made(env, orders):
        "What others do with new orders."

    @hookspec(isolated=True, seconds=0.2)
    def orders_seen(env, orders):
        "What others note of orders."
"""
LOYAL = """
    from tradewright.orm import Mapped, Model, field, many_to_one, text
    from PACKAGE_shop.models import Order

    class LoyalOrder(Order, extend=True):
        "An order that earns points."
        points: Mapped[int] = field(default=7)

    class Reward(Model, title="name"):
        "What the points are for."
        name: Mapped[str] = text()
"""
JOBS = """
    from tradewright.jobs import job, schedule

    @job()
    def remind(env, number):
        from PACKAGE_loyal.models import Reward
        env.add(env[Reward](name=number))

    @schedule("0 6 * * *")
    def nightly(env):
        pass
"""
ACCESS = '[{}]\n"core.admin" = "create read update delete"\n'
BREAK = "raise RuntimeError('broken by its upgrade')\n"
ANSWER = """
    import time
    from tradewright.base import UserError
    from tradewright.hooks import hookimpl
    from PACKAGE_shop.models import Order

    @hookimpl
    def {hook}(env, orders):
        env.add(env[Order](number="by {name}"))
        env.flush()
        {act}
        return ["{name}"]
"""


class Works:
    """One database, and processes that come and go: each finds the addons as they are on disk then."""

    def __init__(self, workshop: Workshop, database: str, folder: Path) -> None:
        self.workshop = workshop
        self.settings = SiteSettings("test", database, files=folder / "files")
        self.sites: list[Site] = []

    def started(self, *names: str) -> Site:
        """Open the site as a new process does: nothing of the addons is imported yet."""
        for name in [name for name in sys.modules if name.startswith(f"{self.workshop.prefix}_")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        site = open_site(self.settings, Compositions(self.workshop.discover()).get(names))
        self.sites.append(site)
        return site

    def installed(self, *names: str) -> Site:
        site = self.started(*names)
        install(site)
        return site

    def cycle(self, site: Site) -> LifeCycle:
        return LifeCycle(site, Compositions(self.workshop.discover()))


@pytest.fixture
def works(workshop: Workshop, database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Works]:
    workshop.addon("shop", files={"models.py": SHOP, "hooks.py": HOOKS, "access.toml": ACCESS.format("Order")})
    loyal = {"models.py": LOYAL, "jobs.py": JOBS, "access.toml": ACCESS.format("Reward")}
    workshop.addon("loyal", ["shop"], files=loyal)
    workshop.addon("gifts", ["loyal"])
    workshop.addon("other", ["shop"])
    url = f"sqlite:///{tmp_path}/site.sqlite"
    if database_kind == "postgresql":
        fresh: Callable[[str | None], str] = request.getfixturevalue("fresh_postgres_database")
        url = fresh(None)
    made = Works(workshop, url, tmp_path)
    yield made
    for site in made.sites:
        site.close()


def broken(works: Works) -> Site:
    """A site with an order and its points, started again when the addon of the points can't be imported."""
    site = works.installed("gifts", "other")
    order: Any = site.registry.model("shop.Order").cls
    with site.env() as env:
        env.add(order(number="S-1"))
    (works.workshop.root("loyal") / "plugin.py").write_text(BREAK)
    return works.started("gifts", "other")


def mended(works: Works) -> Site:
    (works.workshop.root("loyal") / "plugin.py").write_text("")
    return works.started("gifts", "other")


def points(site: Site) -> list[int]:
    with site.database.read.connect() as connection:
        return list(connection.exec_driver_sql("SELECT points FROM shop_order ORDER BY id").scalars())


def test_the_site_runs_without_a_broken_addon_and_all_is_back_when_it_is_mended(works: Works) -> None:
    site = broken(works)
    assert site.composition.addons.names == ("core", "shop", "other")
    assert [problem.addon for problem in site.composition.addons.problems] == ["loyal", "gifts"]
    with site.env() as env:
        order: Any = site.registry.model("shop.Order").cls
        assert env.all(select(order.number)) == ["S-1"]
    assert points(site) == [7]
    assert points(mended(works)) == [7]


def test_nothing_of_a_broken_addon_is_parked_by_an_upgrade_or_an_installation(works: Works) -> None:
    site = broken(works)
    for action in ("upgrade", "install"):
        life = works.cycle(site)
        with pytest.raises(DeveloperError) as caught:
            life.plan_upgrade() if action == "upgrade" else life.plan_install("other")
        assert caught.value.code == "install.left-out"
        assert caught.value.value == "gifts, loyal"
        assert "`tradewright doctor` says what is wrong with them" in str(caught.value.remedy)
    with pytest.raises(DeveloperError):
        install(site)
    assert points(site) == [7]
    with site.database.read.connect() as connection:
        assert {"gifts", "loyal"} <= (state.installed_versions(connection) or {}).keys()
        assert "loyal_reward" in state.table_names(connection)


def test_without_the_check_an_upgrade_would_park_what_the_broken_addon_has(works: Works) -> None:
    """The vulnerable twin: the same plan, made as if the addons had left."""
    site = broken(works)
    plan = plan_tables(site.database, site.registry, ("loyal", "gifts"))
    assert [step.says for step in plan.steps if "parked" in step.says]


def test_a_broken_addon_can_be_uninstalled_without_being_loaded(works: Works) -> None:
    site = broken(works)
    plan = works.cycle(site).plan_uninstall("loyal", "gifts")
    after = works.cycle(site).apply(plan)
    assert after.composition.addons.names == ("core", "shop", "other")
    assert after.composition.addons.problems == ()
    again = mended(works)
    install(again)
    assert points(again) == [7]


def job_states(site: Site) -> list[tuple[str, str, int]]:
    jobs = table(site, JOB)
    with site.database.read.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(jobs.c.name, jobs.c.state, jobs.c.attempts))]


def test_jobs_of_a_broken_addon_wait_for_it_and_run_when_it_is_mended(works: Works) -> None:
    site = works.installed("gifts", "other")
    jobs = importlib.import_module(f"{works.workshop.package('loyal')}.jobs")
    with site.env() as env:
        env.defer(jobs.remind, number="S-1")
    (works.workshop.root("loyal") / "plugin.py").write_text(BREAK)
    site = works.started("gifts", "other")
    run_all(site)
    assert job_states(site) == [("loyal.remind", "queued", 0)]
    site = mended(works)
    with site.database.write.begin() as connection:
        connection.execute(sa.update(table(site, JOB)).values(run_at=None))
    run_all(site)
    assert job_states(site) == [("loyal.remind", "done", 1)]


def schedules(site: Site) -> set[str]:
    with site.database.read.connect() as connection:
        return set(connection.scalars(sa.select(table(site, SCHEDULE).c.name)))


def test_schedules_of_a_broken_addon_are_kept_and_those_of_one_that_left_are_not(works: Works) -> None:
    site = works.installed("gifts", "other")
    settle(site)
    assert "loyal.nightly" in schedules(site)
    (works.workshop.root("loyal") / "plugin.py").write_text(BREAK)
    site = works.started("gifts", "other")
    settle(site)
    assert "loyal.nightly" in schedules(site)
    plan = works.cycle(site).plan_uninstall("loyal", "gifts")
    after = works.cycle(site).apply(plan)
    settle(after)
    assert "loyal.nightly" not in schedules(after)


# Hooks while the site runs -----------------------------------------------------------------------------------------


def answered(works: Works, hook: str, act: str) -> tuple[Site, Callable[..., Any]]:
    """A site where `good` and then `other` answer a hook; the second one does something."""
    works.workshop.addon("good", ["shop"], files={"plugin.py": ANSWER.format(hook=hook, name="good", act="")})
    works.workshop.addon("other", ["shop"], files={"plugin.py": ANSWER.format(hook=hook, name="other", act=act)})
    site = works.installed("good", "other")
    spec: Callable[..., Any] = getattr(importlib.import_module(f"{works.workshop.package('shop')}.hooks"), hook)
    return site, spec


def numbers(site: Site) -> list[str]:
    order: Any = site.registry.model("shop.Order").cls
    with site.env(readonly=True) as env:
        return env.all(select(order.number).order_by(order.id))


def troubles(site: Site) -> list[tuple[str, str, str, int]]:
    model: Any = site.registry.model("core.AddonTrouble").cls
    with site.env(readonly=True) as env:
        found = env.all(select(model).order_by(model.kind))
        return [(row.addon, row.hook, row.kind, row.times) for row in found]


def place(works: Works) -> str:
    return f"{works.workshop.package('other')}.plugin:7"


def test_an_answer_that_raises_aborts_the_command_and_its_addon_is_named(
    works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    site, spec = answered(works, "orders_made", "raise RuntimeError('no points left')")
    for _time in range(2):
        caplog.set_level(logging.WARNING, "tradewright.addons")
        with pytest.raises(RuntimeError) as caught, site.env() as env:
            env.hook(spec)(env, [])
        assert caught.value.__notes__ == [f"in the hook orders_made, answered by the addon other at {place(works)}"]
    assert numbers(site) == []
    assert troubles(site) == [("other", "orders_made", "raised", 2)]
    assert '"event": "hook raised", "addon": "other", "hook": "orders_made"' in caplog.text


def test_a_refusal_to_the_user_is_no_fault_of_the_addon(works: Works) -> None:
    site, spec = answered(works, "orders_made", "raise UserError('other.no', 'Not today.')")
    with pytest.raises(UserError, match="Not today"), site.env() as env:
        env.hook(spec)(env, [])
    assert (numbers(site), troubles(site)) == ([], [])


def test_an_isolated_answer_that_raises_is_undone_and_the_command_goes_on(works: Works) -> None:
    site, spec = answered(works, "orders_seen", "raise RuntimeError('no points left')")
    with site.env() as env:
        assert env.hook(spec)(env, []) == ["good"]
    assert numbers(site) == ["by good"]
    assert troubles(site) == [("other", "orders_seen", "raised", 1)]


def test_an_isolated_answer_may_still_refuse(works: Works) -> None:
    site, spec = answered(works, "orders_seen", "raise UserError('other.no', 'Not today.')")
    with pytest.raises(UserError, match="Not today"), site.env() as env:
        env.hook(spec)(env, [])
    assert numbers(site) == []


def test_a_slow_answer_counts_and_is_told_with_its_addon(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    site, spec = answered(works, "orders_made", "time.sleep(0.9)")
    with caplog.at_level(logging.WARNING, "tradewright.addons"), site.env() as env:
        assert env.hook(spec)(env, []) == ["good", "other"]
    assert numbers(site) == ["by good", "by other"]
    assert troubles(site) == [("other", "orders_made", "slow", 1)]
    assert '"event": "hook slow", "addon": "other"' in caplog.text
    assert "plugin.py:11" in caplog.text  # where it was when its time was over


@pytest.mark.parametrize("act", ["while True: pass", "[None for _ in iter(int, 1)]"])
def test_an_answer_that_never_ends_is_stopped_and_the_command_with_it(works: Works, act: str) -> None:
    site, spec = answered(works, "orders_made", act)
    started = time.monotonic()
    with pytest.raises(DeveloperError) as caught, site.env() as env:
        env.hook(spec)(env, [])
    assert time.monotonic() - started < 10
    assert str(caught.value) == (
        "[hooks.stopped] the answer to the hook orders_made was stopped, as it took much longer than 0.2 seconds\n"
        "  addon:  other\n"
        f"  where:  {works.workshop.root('other')}/plugin.py:11\n"
        "  value:  'orders_made'\n"
        "  remedy: put slow work into a job; hook_seconds in the settings is the time that an answer may take"
    )
    assert numbers(site) == []
    assert troubles(site) == [("other", "orders_made", "stopped", 1)]
    with site.env() as env:  # the lock on the file, or the connection, is free again
        env.flush()


def test_an_isolated_answer_that_never_ends_is_stopped_and_the_command_goes_on(works: Works) -> None:
    site, spec = answered(works, "orders_seen", "while True: pass")
    with site.env() as env:
        assert env.hook(spec)(env, []) == ["good"]
    assert numbers(site) == ["by good"]
    assert troubles(site) == [("other", "orders_seen", "stopped", 1)]
