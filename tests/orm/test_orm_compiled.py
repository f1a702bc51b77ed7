"""What was compiled for one database serves the next one of its kind, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tradewright.orm.compiled import COMPILED
from tradewright.orm.database import Database

Make = Callable[[], Database]


@pytest.fixture
def make(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """A function that makes a database of its own."""
    made: list[Database] = []

    def database() -> Database:
        url = f"sqlite:///{tmp_path}/{len(made)}.sqlite"
        if database_kind == "postgresql":
            url = request.getfixturevalue("fresh_postgres_database")()
        made.append(Database(url))
        return made[-1]

    yield database
    for one in made:
        one.dispose()


def _found(database: Database, statement: sa.Select[int]) -> str:
    """Return whether the statement was found among the compiled ones."""
    with database.read.connect() as connection:
        result = connection.execute(statement)
        assert result.scalar_one() == 7
        return result.context.cache_hit.name


def _new_statement() -> sa.Select[int]:
    return sa.select(sa.literal(7).label("seven")).select_from(sa.select(sa.literal(1)).subquery("nowhere_else"))


def test_a_second_database_compiles_nothing_anew(make: Make) -> None:
    COMPILED.clear()
    statement = _new_statement()
    assert [_found(make(), statement) for _time in range(3)] == ["CACHE_MISS", "CACHE_HIT", "CACHE_HIT"]


def test_what_was_compiled_for_another_server_is_not_used(make: Make) -> None:
    COMPILED.clear()
    statement = _new_statement()
    first, second = make(), make()
    assert [_found(first, statement), _found(second, statement)] == ["CACHE_MISS", "CACHE_HIT"]
    second.engine.dialect.server_version_info = (1, 0)
    assert _found(second, statement) == "CACHE_MISS"
    assert _found(first, statement) == "CACHE_HIT"


def test_databases_of_two_kinds_have_nothing_in_common(
    tmp_path: Path, fresh_postgres_database: Callable[..., str]
) -> None:
    COMPILED.clear()
    statement = _new_statement()
    databases = [Database(f"sqlite:///{tmp_path}/a.sqlite"), Database(fresh_postgres_database())]
    assert [_found(database, statement) for database in databases] == ["CACHE_MISS", "CACHE_MISS"]
    assert databases[0].engine.dialect != databases[1].engine.dialect
    for database in databases:
        database.dispose()
