"""Prepared statements: put together once, restricted once for each actor, and never mixed up between actors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.garden import Bed, Garden
from tradewright.base import DeveloperError, Forbidden
from tradewright.orm import Actor, bindparam, prepared, select
from tradewright.security.guard import StatementGuard

BUILT: list[type] = []


@prepared
def _names(bed: Any) -> Any:
    BUILT.append(bed)
    return select(bed.name).where(bed.name.startswith(bindparam("start"))).order_by(bed.id)


def _seen(garden: Garden, actor: Actor, start: str = "Bed") -> list[str]:
    with garden.site.env(actor, readonly=True) as env:
        return [name for (name,) in env.execute(_names(env[Bed]), {"start": start})]


def test_a_prepared_statement_is_built_once_and_answers_for_its_values(garden: Garden) -> None:
    assert _seen(garden, garden.manager, "Bed of B") == ["Bed of Bob"]
    built = len(BUILT)
    assert _seen(garden, garden.manager, "Bed of A") == ["Bed of Ada"]
    assert len(BUILT) == built


def _mixed_up(garden: Garden) -> list[str]:
    """Return who sees something else than they may, when all ask the same statement in turn, twice."""
    with garden.site.env() as env:
        bobs = replace(garden.visitor, customer_id=env.one(Bed, garden.other).owner_id)
    may = [
        ("manager", garden.manager, ["Bed of Ada", "Bed of Bob"]),
        ("visitor", garden.visitor, ["Bed of Ada"]),
        ("bob", bobs, ["Bed of Bob"]),
    ]
    return [name for _turn in range(2) for name, actor, rows in may if _seen(garden, actor) != rows]


def test_each_actor_sees_the_own_rows_whoever_asked_before(garden: Garden) -> None:
    assert _mixed_up(garden) == []


def test_a_guard_that_forgot_the_actor_would_be_noticed(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    original = StatementGuard.prepared
    garden.site.guard._prepared.clear()  # noqa: SLF001  # equal sites share a guard, and the tests before remembered

    def forgetful(guard: StatementGuard, unit: Any, statement: Any) -> Any:
        for known, kept in guard._prepared.items():  # noqa: SLF001  # as above
            if known[0] is statement:
                return kept
        return original(guard, unit, statement)

    monkeypatch.setattr(StatementGuard, "prepared", forgetful)
    assert _mixed_up(garden) != []


def test_actors_of_equal_rights_share_the_text_and_differ_in_their_values(garden: Garden) -> None:
    guard, text = garden.site.guard, _names(garden.site.registry.composed(Bed))
    guard._prepared.clear()  # noqa: SLF001  # equal sites share a guard, and the tests before remembered
    guard._shapes.clear()  # noqa: SLF001  # as above
    for number in range(20):
        _seen(garden, replace(garden.visitor, user_id=1_000 + number, customer_id=number))
    remembered = [kept for (statement, _actor, _dialect), kept in guard._prepared.items() if statement is text]  # noqa: SLF001  # as above
    assert len(remembered) == 20
    [shapes] = [shapes for (statement, _dialect), shapes in guard._shapes.items() if statement is text]  # noqa: SLF001  # as above
    assert len(shapes) == 1


def test_who_may_not_ask_is_refused_each_time(garden: Garden) -> None:
    assert _seen(garden, garden.manager)
    for _turn in range(2):
        with pytest.raises(Forbidden):
            _seen(garden, garden.stranger)


def test_roles_taken_away_count_at_once(garden: Garden) -> None:
    assert _seen(garden, garden.manager)
    with pytest.raises(Forbidden):
        _seen(garden, replace(garden.manager, roles=frozenset()))


def test_elevated_code_sees_all_and_its_actor_no_more_than_before(garden: Garden) -> None:
    for _turn in range(2):
        with garden.site.env(garden.visitor, readonly=True) as env:
            with env.elevate("the test looks at all beds"):
                assert len(env.execute(_names(env[Bed]), {"start": "Bed"}).all()) == 2
            assert env.execute(_names(env[Bed]), {"start": "Bed"}).all() == [("Bed of Ada",)]


def test_what_is_pending_is_written_before_a_prepared_statement(garden: Garden) -> None:
    with garden.site.env(garden.manager) as env:
        env.one(Bed, garden.mine).name = "Bed of roses"
        assert ("Bed of roses",) in env.execute(_names(env[Bed]), {"start": "Bed"}).all()


@prepared
def _whole(bed: Any) -> Any:
    return select(bed.id, bed)


def test_whole_records_are_refused(garden: Garden) -> None:
    with garden.site.env(garden.manager, readonly=True) as env, pytest.raises(DeveloperError) as refused:
        env.execute(_whole(env[Bed]))
    assert refused.value.code == "orm.prepared-records"
    assert refused.value.value == "Bed"


@prepared
def _raw(bed: Any) -> Any:
    return select(bed.__table__.c.id)


def test_raw_tables_are_refused(garden: Garden) -> None:
    with garden.site.env(garden.manager, readonly=True) as env, pytest.raises(DeveloperError) as refused:
        env.execute(_raw(env[Bed]))
    assert refused.value.code == "orm.raw-sql"
