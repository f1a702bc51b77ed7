"""Records: construction, defaults, exact numbers, translations, constraints, frozen rows, versions, batches, audit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from tests.support.garden import Bed, Garden, Plant
from tradewright.base import Conflict, DeveloperError, UserError
from tradewright.orm import Env, select
from tradewright.testing import count_statements
from tradewright_fence.extends.bed import FencedBed
from tradewright_fence.models.gate import Gate
from tradewright_hedge.extends.bed import HedgedBed


def _audit(garden: Garden, action: str) -> list[Any]:
    entry: Any = garden.site.registry.model("core.AuditEntry").cls
    with garden.site.env(readonly=True) as env:
        return env.all(select(entry).where(entry.model == "garden.Bed", entry.action == action).order_by(entry.id))


def test_an_unknown_field_is_refused_with_the_nearest_names(garden: Garden) -> None:
    with garden.site.env() as env, pytest.raises(DeveloperError) as refused:
        env[Bed](nam="Roses")
    assert refused.value.code == "orm.unknown-field"
    assert "garden.Bed has no field of this name" in str(refused.value)
    assert "nearest: name" in str(refused.value)


def test_a_declaration_in_a_query_is_refused_with_a_remedy(garden: Garden) -> None:
    with garden.site.env() as env, pytest.raises(DeveloperError, match=r"write env\[Model\].name instead"):
        env.execute(select(Bed.name))


def test_defaults_are_there_at_once_and_those_of_the_env_with_the_flush(garden: Garden) -> None:
    with garden.site.env(garden.gardener) as env:
        bed = env.add(env[HedgedBed](name="New"))
        assert (bed.state, bed.area, bed.sunny, bed.hedge, bed.made_by) == ("draft", Decimal(1), True, 3, None)
        env.flush()
        assert bed.made_by == "Staff"
        assert len(bed.uid) >= 12


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("NaN"), "orm.out-of-range"),
        (Decimal("Infinity"), "orm.out-of-range"),
        (Decimal("1e400"), "orm.out-of-range"),
        (Decimal("0.0000001"), "orm.too-precise"),
        (1.5, "orm.not-exact"),
    ],
)
def test_a_number_that_does_not_fit_is_refused_and_nothing_is_stored(garden: Garden, value: Any, code: str) -> None:
    with pytest.raises((DeveloperError, exc.StatementError)) as refused, garden.site.env() as env:
        env.one(Bed, garden.mine).area = value
    error = refused.value.orig if isinstance(refused.value, exc.StatementError) else refused.value
    assert isinstance(error, DeveloperError)
    assert error.code == code
    with garden.site.env(readonly=True) as env:
        assert env.one(Bed, garden.mine).area == 1


def test_exact_numbers_come_back_as_they_went_and_sum_exactly(garden: Garden) -> None:
    numbers = [Decimal("0.1"), Decimal("0.2"), Decimal("12345678901.123456")]
    with garden.site.env() as env:
        env.add_all(env[Plant](bed_id=garden.mine, name=str(number), height=number) for number in numbers)
    with garden.site.env(readonly=True) as env:
        plant = env[Plant]
        mine = plant.name.in_([str(number) for number in numbers])
        assert env.all(select(plant.height).where(mine).order_by(plant.height)) == numbers
        assert env.scalar(select(sa.func.sum(plant.height)).where(mine)) == sum(numbers)


def test_exact_columns_are_not_multiplied_in_sql(garden: Garden) -> None:
    with garden.site.env() as env, pytest.raises(DeveloperError, match="multiply in Python"):
        select(env[Plant].height * 2)


def test_a_bound_is_held_by_the_database_and_told_in_words(garden: Garden) -> None:
    for change in ({"area": Decimal(1001)}, {"name": "x" * 21}, {"state": "gone"}):
        with pytest.raises(UserError) as refused, garden.site.env() as env:
            env.update_where(Bed, values=dict(change))
        assert "constraint" not in str(refused.value)


def test_a_broken_rule_is_told_in_its_own_words(garden: Garden) -> None:
    with pytest.raises(UserError, match=r"A plant is higher than 0\."):
        garden.site.run(lambda env: env.add(env[Plant](bed_id=garden.mine, name="Moss", height=0)))
    with pytest.raises(UserError, match=r"This plant is on the bed already\."):
        garden.site.run(lambda env: env.add(env[Plant](bed_id=garden.mine, name="Rose of Ada")))


def test_a_translated_text_reads_in_the_language_of_the_unit_of_work(garden: Garden) -> None:
    read = {}
    for language in ("en", "de", "zh_Hans"):
        with garden.site.env(language=language, readonly=True) as env:
            read[language] = env.one(Bed, garden.mine).sign
    assert read == {"en": "Keep out", "de": "Betreten verboten", "zh_Hans": "Keep out"}


def test_an_extension_adds_fields_relations_sums_and_choices(garden: Garden) -> None:
    with garden.site.env() as env:
        bed = env.one(FencedBed, garden.mine)
        bed.fence = 2
        bed.state = "locked"
        bed.gates.append(env[Gate](width=3))
        env.add(env[Gate](bed_id=bed.id, width=4))
    with garden.site.env(readonly=True) as env:
        bed = env.one(FencedBed, garden.mine)
        assert (bed.gaps, bed.doubled, [gate.width for gate in bed.gates]) == (7, 4, [3, 4])
        assert env.all(select(env[FencedBed].name).where(env[FencedBed].gaps > 5)) == ["Bed of Ada"]


def test_an_override_calls_what_is_below_it_in_dependency_order(garden: Garden) -> None:
    with garden.site.env() as env:
        assert env[Bed].describe(env, [env.one(Bed, garden.mine)]) == ["Bed of Ada, fenced, hedged"]


def test_an_operation_needs_its_role_and_its_state(garden: Garden) -> None:
    def act(name: str) -> Any:
        return lambda env: getattr(env[FencedBed], name)(env, [env.one(FencedBed, garden.mine)])

    with pytest.raises(UserError, match=r"Your role does not allow this: Open \(Bed\)\."):
        garden.site.run(act("open"), garden.visitor)
    with pytest.raises(Conflict, match=r"Bed of Ada is “Planned”, so this is no longer possible: Close\."):
        garden.site.run(act("close"), garden.manager)
    garden.site.run(act("open"), garden.gardener)
    with pytest.raises(UserError, match="Your role does not allow this: Lock"):
        garden.site.run(act("lock_up"), garden.gardener)
    garden.site.run(act("lock_up"), garden.manager)
    with garden.site.env(readonly=True) as env:
        assert env.one(Bed, garden.mine).state == "locked"


def test_an_override_that_refuses_takes_back_what_was_done_below(garden: Garden) -> None:
    def fence(env: Env) -> None:
        env.one(FencedBed, garden.mine).fence = 2

    garden.site.run(fence)
    with pytest.raises(UserError, match=r"Bed of Ada has a fence without a gate\."):
        garden.site.run(lambda env: env[Bed].open(env, [env.one(Bed, garden.mine)]))
    with garden.site.env(readonly=True) as env:
        assert env.one(Bed, garden.mine).state == "draft"


def test_numbers_have_no_gap_and_come_with_the_commit(garden: Garden) -> None:
    def open_bed(env: Env, number: int) -> Bed:
        bed = env.one(Bed, number)
        env[Bed].open(env, [bed])
        return bed

    def fail(env: Env) -> None:
        open_bed(env, garden.other)
        raise ZeroDivisionError

    with garden.site.env() as env:
        bed = open_bed(env, garden.mine)
        env.flush()
        assert bed.number is None
    with pytest.raises(ZeroDivisionError):
        garden.site.run(fail)
    garden.site.run(lambda env: open_bed(env, garden.other))
    with garden.site.env(readonly=True) as env:
        assert env.all(select(env[Bed].number).order_by(env[Bed].id)) == ["BED-0001", "BED-0002"]


def _close(garden: Garden) -> None:
    def close(env: Env) -> None:
        bed = env.one(Bed, garden.mine)
        env[Bed].open(env, [bed])
        env[Bed].close(env, [bed])

    garden.site.run(close)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE garden_bed SET name = 'x' WHERE id = {mine}",
        "DELETE FROM garden_bed WHERE id = {mine}",
        "UPDATE garden_plant SET name = 'x' WHERE bed_id = {mine}",
        "DELETE FROM garden_plant WHERE bed_id = {mine}",
    ],
)
def test_a_frozen_row_and_its_children_withstand_plain_sql(garden: Garden, statement: str) -> None:
    _close(garden)
    engine = garden.site.database.write
    with pytest.raises(exc.DBAPIError, match="frozen"), engine.begin() as connection:
        connection.exec_driver_sql(statement.format(mine=garden.mine))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement.format(mine=garden.other).replace("'x'", f"'x{garden.other}' || id"))


def test_a_frozen_row_keeps_its_free_fields_open(garden: Garden) -> None:
    _close(garden)

    def rent(env: Env) -> None:
        env.one(Bed, garden.mine).rent = Decimal(5)

    def rename(env: Env) -> None:
        env.one(Bed, garden.mine).name = "Other"

    garden.site.run(rent)
    with pytest.raises(UserError):
        garden.site.run(rename)


def test_a_record_changed_meanwhile_is_told_by_its_version(garden: Garden) -> None:
    with garden.site.env(readonly=True) as env:
        seen = env.one(Bed, garden.mine).version

    def rename(env: Env) -> None:
        bed = env.one(Bed, garden.mine)
        env.check_version(bed, seen)
        bed.sunny = not bed.sunny

    garden.site.run(rename)
    with pytest.raises(Conflict, match="Someone else has changed Bed of Ada in the meantime"):
        garden.site.run(rename)


def test_touching_relations_of_many_records_costs_a_statement_for_each_relation(garden: Garden) -> None:
    counts = []
    for many in (3, 60):
        with garden.site.env() as env:
            env.add_all(env[Bed](name=f"{many}-{n}", plants=[env[Plant](name="Rose")]) for n in range(many))
        with garden.site.env(readonly=True) as env, count_statements(env) as statements:
            names = [plant.name for bed in env.scalars(select(env[Bed])) for plant in bed.plants]
            again = [plant.bed.name for plant in env.scalars(select(env[Plant]))]
            assert len(names) == len(again) >= many
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4, counts


def test_the_history_tells_who_changed_what_by_which_operation(garden: Garden) -> None:
    def rent(env: Env) -> None:
        bed = env.one(Bed, garden.mine)
        bed.rent, bed.lock = Decimal("7.50"), "new"

    garden.site.run(rent, garden.gardener)
    garden.site.run(lambda env: env[Bed].open(env, [env.one(Bed, garden.mine)]), garden.gardener)
    plain, opened = _audit(garden, "update")
    assert (plain.user_name, plain.operation, plain.changes) == (
        "Staff",
        None,
        {"rent": ["0", "7.5"], "lock": ["•••", "•••"]},
    )
    assert (opened.operation, opened.changes["state"]) == ("garden.Bed.open", ["draft", "open"])
    assert len(_audit(garden, "create")) == 2


def test_elevated_changes_carry_their_reason(garden: Garden) -> None:
    def change(env: Env) -> None:
        with env.elevate("for a good reason"):
            env.one(Bed, garden.other).sunny = False

    garden.site.run(change, garden.visitor)
    (entry,) = _audit(garden, "update")
    assert (entry.user_name, entry.reason, entry.record) == ("Visitor", "for a good reason", garden.other)


def test_a_naive_or_failing_unit_of_work_leaves_nothing(garden: Garden) -> None:
    def fail(env: Env) -> None:
        env.one(Bed, garden.mine).sunny = False
        env.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        garden.site.run(fail)
    with garden.site.env(readonly=True) as env:
        assert env.one(Bed, garden.mine).sunny is True
    assert _audit(garden, "update") == []
