"""Versions: many changed documents are one statement, and one that somebody else changed meanwhile is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from tests.support.garden import Bed, Garden
from tradewright.orm import Env, select, versions
from tradewright.testing import count_statements


@pytest.fixture
def beds(garden: Garden) -> list[int]:
    """The ids of twelve beds."""
    with garden.site.env() as env:
        env.add_all(env[Bed](name=f"Bed {number}") for number in range(10))
    with garden.site.env(readonly=True) as env:
        return env.all(select(env[Bed].id).order_by(env[Bed].id))


def _seen(garden: Garden) -> dict[int, int]:
    with garden.site.env(readonly=True) as env:
        return {bed_id: version for bed_id, version in env.execute(select(env[Bed].id, env[Bed].version))}  # noqa: C416  # typed rows


def _rent(env: Env, wanted: Iterable[int]) -> None:
    for bed in env.all(select(env[Bed]).where(env[Bed].id.in_(list(wanted)))):
        bed.rent += 1


def _elsewhere(env: Env, bed_id: int) -> None:
    """Change a bed behind the unit of work's back, as another one that commits first does."""
    table: Any = env[Bed].__info__.table
    changed = sa.update(table).where(table.c.id == bed_id).values(version=table.c.version + 1, sunny=False)
    env._unit.session.connection().execute(changed)  # noqa: SLF001  # what no addon can do


def test_changing_many_costs_what_changing_one_does(garden: Garden, beds: list[int]) -> None:
    counts = []
    for wanted in (beds[:1], beds):
        with count_statements(garden.site) as statements:
            garden.site.run(lambda env, wanted=wanted: _rent(env, wanted))  # type: ignore[misc]  # bound at once
        counts.append(len(statements))
        assert len(statements.about("UPDATE garden_bed")) == 1
    assert counts[0] == counts[1]
    assert _seen(garden) == {bed: 3 if bed == beds[0] else 2 for bed in beds}


def test_a_stale_record_among_many_is_named_and_nothing_is_stored(garden: Garden, beds: list[int]) -> None:
    stale = beds[7]
    before = _seen(garden)

    def change(env: Env) -> None:
        _rent_but_first(env, beds, lambda: _elsewhere(env, stale))

    with (
        pytest.raises(StaleDataError, match=rf"^garden\.Bed {stale} changed since it was read$"),
        garden.site.env() as env,
    ):
        change(env)
    assert _seen(garden) == before


def _rent_but_first(env: Env, wanted: Iterable[int], act: Callable[[], None]) -> None:
    found = env.all(select(env[Bed]).where(env[Bed].id.in_(list(wanted))))
    act()
    for bed in found:
        bed.rent += 1
    env.flush()


def test_without_the_look_a_stale_record_is_overwritten(
    garden: Garden, beds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "_lock", lambda *_: None)
    with garden.site.env() as env:
        _rent_but_first(env, beds, lambda: _elsewhere(env, beds[7]))
    assert set(_seen(garden).values()) == {2}


def test_a_stale_record_is_not_deleted(garden: Garden, beds: list[int]) -> None:
    def delete(env: Env) -> None:
        bed = env.one(Bed, beds[3])
        _elsewhere(env, beds[3])
        env.delete(bed)

    with pytest.raises(StaleDataError, match=f"Bed {beds[3]} changed"), garden.site.env() as env:
        delete(env)
    assert beds[3] in _seen(garden)


def test_a_record_that_is_gone_is_stale(garden: Garden, beds: list[int]) -> None:
    def change(env: Env) -> None:
        bed = env.one(Bed, beds[3])
        table: Any = env[Bed].__info__.table
        env._unit.session.connection().execute(sa.delete(table).where(table.c.id == beds[3]))  # noqa: SLF001  # as above
        bed.rent += 1

    with pytest.raises(StaleDataError, match=f"Bed {beds[3]} changed"), garden.site.env() as env:
        change(env)


def test_rows_that_are_locked_or_new_are_not_looked_at_again(garden: Garden, beds: list[int]) -> None:
    def change(env: Env) -> None:
        made = env.add(env[Bed](name="New"))
        env.flush()
        found = env.lock(Bed, beds)
        with count_statements(env) as statements:
            for bed in (*found, made):
                bed.rent += 1
            env.flush()
            for bed in (*found, made):
                bed.rent += 1
            env.flush()
        assert [one.split()[0] for one in statements] == ["UPDATE", "UPDATE"]

    garden.site.run(change)
    assert sorted(set(_seen(garden).values())) == [3]


def test_a_version_counts_changes_of_the_record_itself(garden: Garden) -> None:
    def touch(env: Env) -> None:
        bed = env.one(Bed, garden.mine)
        bed.name = "Other"
        bed.name = "Bed of Ada"
        bed.plants[0].height += 1

    garden.site.run(touch)
    assert _seen(garden)[garden.mine] == 1


def test_after_a_failed_attempt_rows_are_looked_at_again(garden: Garden, beds: list[int]) -> None:
    def fail(env: Env) -> None:
        env.lock(Bed, beds)
        raise ZeroDivisionError

    def change(env: Env) -> None:
        found = env.one(Bed, beds[0])
        with pytest.raises(ZeroDivisionError), env.attempt():
            fail(env)
        _elsewhere(env, beds[0])
        found.rent += 1

    with pytest.raises(StaleDataError), garden.site.env() as env:
        change(env)
