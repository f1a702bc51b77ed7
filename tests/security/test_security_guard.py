"""The guard: whatever an actor asks, and however, the answer holds only rows and fields that the actor may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from tests.support.garden import Bed, Garden, Plant
from tradewright.base import DeveloperError, Forbidden, NotFound, UserError
from tradewright.orm import ANONYMOUS, Env, aliased, exists, func, select, union_all
from tradewright.security.guard import StatementGuard
from tradewright_base.models.partner import Partner
from tradewright_fence.models.gate import Gate


def _aliased_beds(env: Env) -> Any:
    other = aliased(env[Bed])
    return env.all(select(other.name))


def _two_aliases(env: Env) -> Any:
    one, other = aliased(env[Bed]), aliased(env[Bed])
    return [name for names in env.execute(select(one.name, other.name).where(one.id <= other.id)) for name in names]


def _in_subquery(env: Env) -> Any:
    rows = select(env[Bed].name.label("name")).subquery()
    return env.all(select(rows.c.name))


def _in_cte(env: Env) -> Any:
    rows = select(env[Bed].name.label("name")).cte()
    return env.all(select(rows.c.name))


def _in_union(env: Env) -> Any:
    rows = union_all(select(env[Bed].name.label("name")), select(env[Bed].name.label("name"))).subquery()
    return env.all(select(rows.c.name))


def _by_exists(env: Env) -> Any:
    plant, bed = env[Plant], env[Bed]
    return env.all(select(bed.name).where(exists().where(plant.bed_id == bed.id)))


def _counted(env: Env) -> Any:
    bed = env[Bed]
    count = env.scalar(select(func.count()).select_from(bed)) or 0
    return ["Bed of Ada"] if count == 1 else ["Bed of Bob"]


def _largest(env: Env) -> Any:
    return env.all(select(func.max(env[Bed].name)))


def _joined(env: Env) -> Any:
    return env.all(select(env[Bed].name).join(env[Plant], env[Plant].bed_id == env[Bed].id))


def _outer_joined(env: Env) -> Any:
    plant, bed = env[Plant], env[Bed]
    return [name for _plant, name in env.execute(select(plant.name, bed.name).outerjoin(bed, bed.id == plant.bed_id))]


def _through_relations(env: Env) -> Any:
    return [plant.bed.name for bed in env.scalars(select(env[Bed])) for plant in bed.plants]


def _scalar_subquery(env: Env) -> Any:
    bed = env[Bed]
    return env.all(select(select(func.max(bed.name)).scalar_subquery()))


def _records(env: Env) -> Any:
    return [bed.name for bed in env.scalars(select(env[Bed]))]


def _grouped(env: Env) -> Any:
    bed = env[Bed]
    return [name for name, _count in env.execute(select(bed.name, func.count()).group_by(bed.name))]


WAYS: list[Callable[[Env], Any]] = [
    _aliased_beds, _two_aliases, _in_subquery, _in_cte, _in_union, _by_exists, _counted, _largest, _joined,
    _outer_joined, _through_relations, _scalar_subquery, _records, _grouped,
]  # fmt: skip


def _isolated(garden: Garden) -> list[str]:
    """Return the ways of asking that show a visitor another one's bed."""
    leaks = []
    for way in WAYS:
        with garden.site.env(garden.visitor, readonly=True) as env:
            if set(way(env)) != {"Bed of Ada"}:
                leaks.append(way.__name__)
    return leaks


def test_no_way_of_asking_shows_another_ones_rows(garden: Garden) -> None:
    assert _isolated(garden) == []


def test_without_the_guard_every_way_shows_them(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StatementGuard, "statement", lambda *_: None)
    assert _isolated(garden) == [way.__name__ for way in WAYS]


def test_a_joined_alias_is_refused_because_its_rows_cannot_be_restricted(garden: Garden) -> None:
    asks: list[Callable[[Env, Any], Any]] = [
        lambda env, other: select(env[Bed].name, other.name).join(other, other.id > 0),
        lambda env, other: select(env[Bed].name).join(other, other.name.like("%Bob")),
        lambda env, other: select(env[Bed].name).outerjoin(other, other.id > 0).order_by(other.name),
        lambda env, other: select(env[Plant].name).join(env[Plant].bed.of_type(other)),
        lambda env, other: select(select(env[Bed].name).join(other, other.id > 0).subquery().c.name),
    ]
    for ask in asks:
        with garden.site.env(garden.visitor) as env, pytest.raises(DeveloperError, match="a joined alias"):
            env.all(ask(env, aliased(env[Bed])))
        with garden.site.env(garden.manager) as env:  # who may see all rows may join them
            assert env.all(ask(env, aliased(env[Bed])))


def test_another_ones_record_does_not_exist(garden: Garden) -> None:
    with garden.site.env() as env:
        uid = env.one(Bed, garden.other).uid
    with garden.site.env(garden.visitor) as env:
        assert env.get(Bed, garden.other) is None
        with pytest.raises(NotFound):
            env.by_uid(Bed, uid)
        assert env.lock(Bed, [garden.mine, garden.other]) == [env.one(Bed, garden.mine)]


def test_a_bulk_update_changes_the_own_rows_only(garden: Garden) -> None:
    with garden.site.env(garden.visitor) as env:
        assert env.update_where(Bed, values={"sunny": False}) == 1
    with garden.site.env() as env:
        assert env.one(Bed, garden.other).sunny is True


def test_a_bulk_delete_removes_the_own_rows_only(garden: Garden) -> None:
    with garden.site.env(garden.visitor) as env:
        assert env.delete_where(Plant) == 2
    with garden.site.env() as env:
        assert len(env.one(Bed, garden.other).plants) == 2


def test_a_record_cannot_be_changed_into_another_ones(garden: Garden) -> None:
    with garden.site.env() as env:
        bob = env.one(Bed, garden.other).owner_id

    def give_away(env: Env) -> None:
        env.one(Bed, garden.mine).owner_id = bob

    with pytest.raises(NotFound):
        garden.site.run(give_away, garden.visitor)


def test_a_record_cannot_be_made_for_another_one(garden: Garden) -> None:
    with pytest.raises(NotFound):
        garden.site.run(lambda env: env.add(env[Plant](bed_id=garden.other, name="Weed")), garden.visitor)
    garden.site.run(lambda env: env.add(env[Plant](bed_id=garden.mine, name="Weed")), garden.visitor)


@pytest.mark.parametrize("who", ["stranger", "anonymous"])
def test_without_a_grant_a_model_is_closed(garden: Garden, who: str) -> None:
    actor = ANONYMOUS if who == "anonymous" else garden.stranger
    with garden.site.env(actor) as env, pytest.raises(Forbidden, match="Your role gives no access to this: Beds"):
        env.all(select(env[Bed]))


def test_a_role_that_may_not_delete_deletes_nothing(garden: Garden) -> None:
    with pytest.raises(Forbidden, match="does not allow to change this: Beds"):
        garden.site.run(lambda env: env.delete(env.one(Bed, garden.other)), garden.gardener)
    with pytest.raises(Forbidden):
        garden.site.run(lambda env: env.delete_where(Bed), garden.gardener)


def test_the_rows_of_an_extending_addon_are_guarded_too(garden: Garden) -> None:
    with garden.site.env() as env:
        env.add(env[Gate](bed_id=garden.mine, width=2))
    with garden.site.env(garden.visitor) as env, pytest.raises(Forbidden):
        env.all(select(env[Gate]))


def test_a_list_of_fields_limits_reading(garden: Garden) -> None:
    with garden.site.env(garden.passer) as env:
        beds = env.all(select(env[Bed]).order_by(env[Bed].name))
        assert [bed.name for bed in beds] == ["Bed of Ada", "Bed of Bob"]
        with pytest.raises(exc.InvalidRequestError):
            _ = beds[0].rent
    asks: list[Callable[[Env], Any]] = [
        lambda env: select(env[Bed].rent),
        lambda env: select(env[Bed].name).where(env[Bed].rent > 0),
        lambda env: select(env[Bed].name).order_by(env[Bed].rent),
        lambda env: select(func.sum(env[Bed].rent)),
        lambda env: select(env[Bed].name).where(env[Bed].owner_id == 1),
    ]
    for ask in asks:
        with garden.site.env(garden.passer) as env, pytest.raises(Forbidden, match="gives no access"):
            env.all(ask(env))


def test_a_list_of_fields_limits_reading_through_an_alias_too(garden: Garden) -> None:
    with garden.site.env(garden.passer) as env:
        other = aliased(env[Bed])
        bed = env.all(select(other).order_by(other.name))[0]
        assert bed.name == "Bed of Ada"
        with pytest.raises(exc.InvalidRequestError):
            _ = bed.rent


@pytest.mark.parametrize("who", ["manager", "visitor", "gardener"])
def test_a_secret_is_read_by_nobody(garden: Garden, who: str) -> None:
    actor = getattr(garden, who)
    asks: list[Callable[[Env], Any]] = [
        lambda env: select(env[Bed].lock),
        lambda env: select(env[Bed].id).where(env[Bed].lock.like("code%")),
        lambda env: select(env[Bed].id).order_by(env[Bed].lock),
    ]
    for ask in asks:
        with garden.site.env(actor) as env, pytest.raises(Forbidden, match="secret"):
            env.all(ask(env))
    with garden.site.env(actor) as env:
        bed = env.one(Bed, garden.mine)
        with pytest.raises(Forbidden, match="secret"):
            _ = bed.lock
        assert "code of" not in repr(bed)


def test_a_secret_can_be_written_and_read_by_elevated_code(garden: Garden) -> None:
    def change(env: Env) -> None:
        env.one(Bed, garden.mine).lock = "new"

    garden.site.run(change, garden.gardener)
    with garden.site.env() as env:
        assert env.one(Bed, garden.mine).lock == "new"


def test_literal_sql_and_plain_tables_are_refused(garden: Garden) -> None:
    table = garden.site.registry.models["garden.Bed"].table
    asks: list[Callable[[Env], Any]] = [
        lambda _env: sa.text("SELECT 1"),
        lambda _env: select(table),
        lambda _env: select(table.c.name),
        lambda env: select(env[Bed].id).where(sa.text("1 = 1")),
        lambda env: select(env[Bed].id, sa.literal_column("(SELECT name FROM garden_bed)")),
        lambda env: select(env[Bed].id).join(table, sa.true()),
        lambda _env: sa.insert(table).values(name="x"),
    ]
    for ask in asks:
        with garden.site.env(garden.visitor) as env, pytest.raises((DeveloperError, UserError)):
            env.execute(ask(env))


def test_elevation_ends_with_its_block_even_after_an_error(garden: Garden) -> None:
    with garden.site.env(garden.visitor) as env:
        with env.elevate("to count all"):
            assert env.scalar(select(func.count(env[Bed].id))) == 2
        assert env.scalar(select(func.count(env[Bed].id))) == 1
        with pytest.raises(ZeroDivisionError), env.elevate("to fail"):
            _ = 1 / 0
        assert env.scalar(select(func.count(env[Bed].id))) == 1


def test_what_was_pending_before_an_elevation_is_checked_as_the_actors(garden: Garden) -> None:
    def smuggle(env: Env) -> None:
        env.add(env[Plant](bed_id=garden.other, name="Weed"))
        with env.elevate("something else"):
            env.flush()

    with pytest.raises(NotFound):
        garden.site.run(smuggle, garden.visitor)


def test_records_of_other_models_reached_by_relation_are_guarded(garden: Garden) -> None:
    with garden.site.env(garden.visitor) as env:
        bed = env.one(Bed, garden.mine)
        with pytest.raises(Forbidden):
            _ = bed.owner
        with pytest.raises(Forbidden):
            env.get(Partner, garden.owner)


def test_a_unit_of_work_that_reads_writes_nothing(garden: Garden) -> None:
    with garden.site.env(readonly=True) as env:
        env.one(Bed, garden.mine).name = "Changed"
        with pytest.raises(DeveloperError, match="only reads"):
            env.flush()
    with garden.site.env(readonly=True) as env, pytest.raises(exc.DBAPIError):
        env._unit.session.execute(sa.update(env[Bed]).values(name="x"))  # noqa: SLF001  # what no addon can do
    with garden.site.env() as env:
        assert env.one(Bed, garden.mine).name == "Bed of Ada"
