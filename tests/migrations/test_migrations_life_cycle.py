"""An upgrade with migrations, by plan: what is shown is what runs, and killed at any statement it goes on next time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.migrations.killing import copies
from tests.migrations.nursery import NEW, SCRIPTS, Nursery, expected, heights, plant, plants, schema
from tests.support.forked import killed_at
from tradewright.app import Site
from tradewright.app.gate import check
from tradewright.app.lifecycle import LifeCycle
from tradewright.app.lifecycle import apply as applying
from tradewright.app.lifecycle.rehearse import rehearse
from tradewright.base import DeveloperError
from tradewright.registry import state

_SUMS = (
    "SELECT count(*), sum(size), sum(tally), sum(CASE WHEN tag = upper(name) || '-' || name THEN 1 ELSE 0 END) "
    "FROM nursery_plant"
)


def cycle(nursery: Nursery) -> LifeCycle:
    """The life cycle of the site with the new version of the addon."""
    site = nursery.open("new")
    return LifeCycle(site, nursery.compositions("new"))


@pytest.fixture
def fresh(database_kind: str, request: pytest.FixtureRequest) -> Callable[[str | None], str]:
    if database_kind == "sqlite":
        return lambda template: template or ""
    made: Callable[[str | None], str] = request.getfixturevalue("fresh_postgres_database")
    return made


def _gate(site: Site) -> str | None:
    try:
        check(site)
    except DeveloperError as error:
        return error.code
    return None


def test_the_plan_of_an_upgrade_shows_scripts_rows_and_what_is_left_and_runs_just_that(nursery: Nursery) -> None:
    plant(nursery.installed("old"))
    life = cycle(nursery)
    assert _gate(life.site) == "lifecycle.code-newer"
    before = heights(nursery.open("old"))
    life = cycle(nursery)
    plan = life.plan_upgrade()
    assert [(one.name, one.what, one.before, one.after) for one in plan.addons if one.what != "stay"] == [
        ("nursery", "upgrade", "1.0", "1.1")
    ]
    assert [(one.revision, one.rows) for one in plan.migrations] == [("nursery_0001", 0), ("nursery_0002", 25)]
    assert any("nursery_plot" in statement for statement in plan.scripts)
    assert life.plan_upgrade().mark == plan.mark
    assert heights(nursery.open("old")) == before  # planning took back what it tried
    life = cycle(nursery)
    told: list[str] = []
    site = life.apply(plan, progress=told.append)
    assert plants(site) == expected()
    assert "Tags are the names in capitals." in told
    assert _gate(site) is None
    assert not LifeCycle(site, nursery.compositions("new")).plan_upgrade()


def test_an_upgrade_is_rehearsed_on_a_copy(nursery: Nursery) -> None:
    plant(nursery.installed("old"))
    life = cycle(nursery)
    report = rehearse(life, life.plan_upgrade())
    assert report.violations == ()
    assert heights(nursery.open("old"))[0][:2] == ("p1", 1)


def test_between_its_phases_an_upgrade_closes_the_gate_and_goes_on(
    nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(nursery.installed("old"))
    life = cycle(nursery)
    plan = life.plan_upgrade()

    def power_cut(*_arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(applying, "_same_tables", power_cut)
        with pytest.raises(SystemExit):
            life.apply(plan)
    assert _gate(nursery.open("new")) == "lifecycle.interrupted"
    assert _gate(nursery.open("old")) == "lifecycle.interrupted"
    life = cycle(nursery)
    rest = life.plan_upgrade()
    assert rest.migrations == ()
    site = life.apply(rest)
    assert plants(site) == expected()
    assert _gate(site) is None


def _sums(site: Site) -> tuple[int, ...]:
    with site.database.read.connect() as connection:
        return tuple(int(each) for each in connection.exec_driver_sql(_SUMS).one())


def _work(nursery: Nursery) -> Callable[[Site], None]:
    def work(site: Site) -> None:
        life = LifeCycle(site, nursery.compositions("new"))
        life.apply(life.plan_upgrade())

    return work


@pytest.mark.parametrize(
    ("rows", "batch", "stride"),
    [
        pytest.param(100_000, 25_000, 5, marks=pytest.mark.long),
        pytest.param(100, 20, 1, marks=pytest.mark.long),
        (25, 10, 47),
    ],
)
def test_an_upgrade_killed_at_each_statement_is_old_and_working_or_goes_on(
    nursery: Nursery, fresh: Callable[[str | None], str], rows: int, batch: int, stride: int
) -> None:
    scripts = {file: (SCRIPTS / file).read_text().replace("batch=10", f"batch={batch}") for file in _files()}
    nursery.write("new", NEW, scripts, version="1.1")
    plant(nursery.installed("old"), rows)
    wanted = (rows, rows * (rows + 1) // 2, rows, rows)
    stages: set[str | None] = set()
    reference: Any = None
    for statement in copies(nursery, fresh, count(1, stride)):
        killed = killed_at(lambda: nursery.open("new"), _work(nursery), statement)
        if _stage(nursery, stages) == "old":
            assert _gate(nursery.open("old")) is None, statement
        site = nursery.open("new")
        if _gate(site) is not None:
            _work(nursery)(site)
        site = nursery.open("new")
        assert _gate(site) is None, statement
        assert _sums(site) == wanted, statement
        reference = reference or schema(site)
        assert schema(site) == reference, statement
        if not killed:
            break
    assert stages == {"old", "between", "new"}


def _files() -> tuple[str, ...]:
    return tuple(path.name for path in sorted(Path(SCRIPTS).glob("0*.py")))


def _stage(nursery: Nursery, stages: set[str | None]) -> str:
    """Note and return where the upgrade was killed."""
    site = nursery.open("new")
    with site.database.read.connect() as connection:
        phase = state.digest_and_phase(connection)[1]
        version = (state.installed_versions(connection) or {})["nursery"]
    stage = "between" if phase else "new" if version == "1.1" else "old"
    stages.add(stage)
    return stage
