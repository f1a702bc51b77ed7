"""Deletion: models react to it before it happens, once for all records, and it needs the right to delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.support.garden import Bed, Garden, Plant
from tradewright.base import Forbidden, UserError
from tradewright.orm import Actor, Env, Model, func, select
from tradewright.orm import unit as unit_module
from tradewright.security.access import Access

Reaction = Callable[[Env, Sequence[Any]], None]


def _react(garden: Garden, model: type[Model], reaction: Reaction, monkeypatch: pytest.MonkeyPatch) -> None:
    def before_delete(_cls: Any, env: Env, records: Sequence[Any]) -> None:
        reaction(env, records)

    monkeypatch.setattr(garden.site.registry.composed(model), "before_delete", classmethod(before_delete))


def _off(env: Env, garden: Garden) -> None:
    bed = env.one(Bed, garden.mine)
    bed.plants.remove(bed.plants[0])


def _delete(env: Env, garden: Garden) -> None:
    env.delete(env.one(Bed, garden.mine).plants[0])


def _with_owner(env: Env, garden: Garden) -> None:
    env.delete(env.one(Bed, garden.mine))


def _plants(garden: Garden) -> int:
    with garden.site.env(readonly=True) as env:
        return env.scalar(select(func.count(env[Plant].id)).where(env[Plant].bed_id == garden.mine)) or 0


@pytest.mark.parametrize(("act", "gone"), [(_off, 1), (_delete, 1), (_with_owner, 2)])
def test_a_model_reacts_once_to_what_is_deleted_and_can_still_ask_for_it(
    garden: Garden, act: Callable[[Env, Garden], None], gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, set[int], int]] = []

    def reaction(env: Env, plants: Sequence[Plant]) -> None:
        found = env.all(select(env[Plant].name).where(env[Plant].id.in_([plant.id for plant in plants])))
        told.append((len(plants), {plant.bed_id for plant in plants}, len(found)))

    _react(garden, Plant, reaction, monkeypatch)
    garden.site.run(lambda env: act(env, garden))
    assert told == [(gone, {garden.mine}, gone)]
    assert _plants(garden) == 2 - gone


def test_a_reaction_changes_and_deletes_other_records_in_the_same_flush(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reaction(env: Env, beds: Sequence[Bed]) -> None:
        if beds[0].id == garden.mine:
            env.delete(env.one(Bed, garden.other))
        with env.elevate("what is left"):
            env.update_where(Bed, env[Bed].name == "Left", values={"rent": env[Bed].rent + len(beds)})

    with garden.site.env() as env:
        left = env.add(env[Bed](name="Left"))
        env.flush()
        left_id = left.id
    _react(garden, Bed, reaction, monkeypatch)
    garden.site.run(lambda env: _with_owner(env, garden), garden.manager)
    with garden.site.env(readonly=True) as env:
        assert [(bed.id, int(bed.rent)) for bed in env.all(select(env[Bed]))] == [(left_id, 2)]


def test_a_reaction_that_refuses_leaves_everything(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    def reaction(_env: Env, _plants: Sequence[Plant]) -> None:
        raise UserError("garden.kept", "This plant is kept.")

    _react(garden, Plant, reaction, monkeypatch)
    with pytest.raises(UserError, match="kept"):
        garden.site.run(lambda env: _with_owner(env, garden))
    assert _plants(garden) == 2


def _without_deleting(monkeypatch: pytest.MonkeyPatch) -> None:
    granted = Access.granted

    def limited(access: Access, actor: Actor, model: str, operation: str) -> Any:
        return () if (model, operation) == ("garden.Plant", "delete") else granted(access, actor, model, operation)

    monkeypatch.setattr(Access, "granted", limited)


def test_taking_a_record_off_its_owner_needs_the_right_to_delete_it(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_deleting(monkeypatch)
    for act in (_off, _delete):
        with (
            pytest.raises(Forbidden, match="does not allow to change this: Plants"),
            garden.site.env(garden.gardener) as env,
        ):
            act(env, garden)
    assert _plants(garden) == 2


def test_where_deletion_is_only_known_to_the_flush_the_right_is_passed_by(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_deleting(monkeypatch)
    monkeypatch.setattr(unit_module, "_before_delete", lambda _unit, _told: None)
    garden.site.run(lambda env: _off(env, garden), garden.gardener)
    assert _plants(garden) == 1
