"""Tables without their model: no condition reaches them, so the guard refuses them wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from tests.support.garden import Bed, Garden, Plant
from tradewright.base import DeveloperError, Forbidden
from tradewright.orm import Actor, Env, aliased, exists, func, select, union_all
from tradewright.security import touched
from tradewright.security.reach import unreached
from tradewright_base.models.company import Company
from tradewright_base.models.user import User

WAYS: dict[str, Callable[[Env, Any], Any]] = {
    "a column": lambda env, table: select(select(func.max(table.c.name)).scalar_subquery()).select_from(env[Bed]),
    "a condition": lambda env, table: (
        select(sa.literal("Bed of Bob"))
        .select_from(env[Bed])
        .where(select(func.count()).select_from(table).scalar_subquery() > 1)
    ),
    "exists": lambda env, table: (
        select(sa.literal("Bed of Bob"))
        .select_from(env[Bed])
        .where(exists().where(table.c.name == "Bed of Bob").correlate(None))
    ),
    "a list of ids": lambda env, table: (
        select(sa.literal("Bed of Bob")).select_from(env[Bed]).where(sa.literal("Bed of Bob").in_(select(table.c.name)))
    ),
    "a common table expression": lambda env, table: select((all_beds := select(table.c.name).cte()).c.name).join(
        env[Bed], env[Bed].name != all_beds.c.name
    ),
    "a derived table": lambda env, table: select((all_beds := select(table.c.name).subquery()).c.name).join(
        env[Bed], env[Bed].name != all_beds.c.name
    ),
    "an arm of a union": lambda env, table: union_all(
        select(env[Bed].name).where(env[Bed].id == 0), select(table.c.name).where(table.c.name.like("%Bob"))
    ),
    "a subquery below another": lambda env, table: select(env[Bed].name + sa.literal("")).where(
        select(func.count())
        .select_from(env[Plant])
        .where(exists().where(table.c.name == "Bed of Bob").correlate(None))
        .scalar_subquery()
        == 2
    ),
}
OWN = {"a subquery below another"}  # tells by its own rows whether there is another bed


def _shown(garden: Garden, way: Callable[[Env, Any], Any]) -> list[str]:
    table = garden.site.registry.models["garden.Bed"].table
    with garden.site.env(garden.visitor, readonly=True) as env:
        return list(env.execute(way(env, table)).scalars())


@pytest.mark.parametrize("place", WAYS)
def test_a_table_without_its_model_is_refused(garden: Garden, place: str) -> None:
    with pytest.raises(DeveloperError, match="names something that the guard cannot reach"):
        _shown(garden, WAYS[place])


@pytest.mark.parametrize("place", WAYS)
def test_without_the_look_at_subqueries_it_tells_of_another_ones_bed(
    garden: Garden, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(touched, "unreached", lambda statement, scope: (unreached(statement, scope)[0], []))
    assert set(_shown(garden, WAYS[place])) == {"Bed of Ada" if place in OWN else "Bed of Bob"}


def test_a_second_model_inside_one_expression_is_refused_as_sqlalchemy_restricts_the_first_only(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(env: Env, _table: Any) -> Any:
        return select(func.max(env[Bed].name + env[Plant].name)).where(sa.true())

    with pytest.raises(DeveloperError, match="garden_plant"):
        _shown(garden, both)
    with garden.site.env(garden.visitor) as env:
        joined = select(func.max(env[Bed].name + env[Plant].name)).join(env[Plant], env[Plant].bed_id == env[Bed].id)
        assert env.scalar(joined) == "Bed of AdaRose of Ada"
    monkeypatch.setattr(touched, "unreached", lambda statement, scope: (unreached(statement, scope)[0], []))
    with pytest.warns(exc.SAWarning, match="cartesian product"):
        assert _shown(garden, both) == ["Bed of AdaRose of Bob"]


def test_a_bulk_change_by_rows_of_another_model_is_refused(garden: Garden) -> None:
    with garden.site.env(garden.visitor) as env, pytest.raises(DeveloperError, match="garden_plant"):
        env.update_where(Bed, env[Plant].name == "Rose of Bob", values={"sunny": False})
    with garden.site.env(garden.visitor) as env:
        planted = env[Bed].id.in_(select(env[Plant].bed_id).where(env[Plant].name == "Rose of Ada"))
        assert env.update_where(Bed, planted, values={"sunny": False}) == 1


def test_what_belongs_to_the_enclosing_statement_is_restricted_there(garden: Garden) -> None:
    def asks(env: Env) -> list[Any]:
        bed, plant, other = env[Bed], env[Plant], aliased(env[Plant])
        planted = exists().where(plant.bed_id == bed.id)
        twice = exists().where(plant.bed_id == bed.id, exists().where(other.bed_id == bed.id, other.id > plant.id))
        count = select(func.count()).where(plant.bed_id == bed.id).correlate(bed).scalar_subquery()
        return [
            select(bed.name).where(planted),
            select(bed.name).where(twice),
            select(bed.name).where(bed.plants.any()),
            select(bed.name).where(~bed.plants.any(plant.name == "Weed")),
            select(bed.name).where(bed.id.in_(select(plant.bed_id).where(plant.bed.has(bed.name.like("Bed%"))))),
            select(bed.name).where(count == 2),
            select(bed.name).join(bed.plants).distinct(),
        ]

    with garden.site.env(garden.visitor) as env:
        for statement in asks(env):
            assert env.all(statement) == ["Bed of Ada"]


def test_the_link_tables_of_relationships_are_read_as_ever(garden: Garden) -> None:
    roles = frozenset({"base.admin", "base.user"})
    with garden.site.env() as env:
        company_id = env.company_id or 0
        env.add(
            env[User](
                login="ada@example.com", name="Ada", company_id=company_id, companies=[env.one(Company, company_id)]
            )
        )
    admin = Actor(kind="staff", user_id=1, name="Admin", roles=roles, company_ids=(company_id,))
    with garden.site.env(admin) as env:
        user, company = env[User], env[Company]
        mine = env.one(Company, company_id)
        for statement in (
            select(user.login).where(user.companies.any(company.id == company_id)),
            select(user.login).where(user.companies.contains(mine)),
            select(user.login).join(user.companies),
        ):
            assert "ada@example.com" in env.all(statement)
        ada = env.scalar(select(user).where(user.login == "ada@example.com"))
        assert ada is not None
        assert ada.companies == [mine]


def test_a_list_of_fields_limits_columns_of_an_alias(garden: Garden) -> None:
    with garden.site.env(garden.passer) as env, pytest.raises(Forbidden, match=r"garden\.Bed\.rent"):
        env.all(select(aliased(env[Bed]).rent))
