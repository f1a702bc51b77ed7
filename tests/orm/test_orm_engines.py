"""Sites that are schemas of one PostgreSQL database share its engine, and stay in their own schemas."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from tradewright.orm.database import Database


def _visible(database: Database) -> object:
    with database.read.connect() as connection:
        return connection.scalar(sa.text("SELECT name FROM place"))


def _schemas(url: str) -> tuple[Database, Database]:
    one, other = Database(url, schema="one"), Database(url, schema="other")
    for database in (one, other):
        with database.write.begin() as connection:
            connection.execute(sa.text(f"CREATE SCHEMA {database.schema}"))
            connection.execute(sa.text("CREATE TABLE place (name text)"))
            connection.execute(sa.text("INSERT INTO place VALUES (:name)"), {"name": database.schema})
    return one, other


def test_sites_of_one_database_share_a_connection_and_see_their_own_schema(
    fresh_postgres_database: Callable[..., str],
) -> None:
    one, other = _schemas(fresh_postgres_database())
    assert one.engine is other.engine
    assert [_visible(database) for database in (one, other) * 6] == ["one", "other"] * 6
    assert one.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
    one.dispose()
    other.dispose()


def test_what_is_prepared_for_one_schema_is_not_run_in_another(fresh_postgres_database: Callable[..., str]) -> None:
    one, other = _schemas(fresh_postgres_database())
    with other.write.begin() as connection:
        connection.execute(sa.text("ALTER TABLE place ALTER name TYPE varchar(40)"))
    for database in (one, other) * 8:
        with database.read.begin() as connection:  # committed: a rollback would make the driver forget
            assert connection.scalar(sa.text("SELECT name FROM place")) == database.schema
    with one.engine.connect() as connection:
        prepared = connection.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    assert {text for text in prepared if "FROM place" in text} == {
        "SELECT name FROM place /* one */",
        "SELECT name FROM place /* other */",
    }
    one.dispose()
    other.dispose()


def test_a_site_that_is_closed_leaves_the_connections_to_the_others(
    fresh_postgres_database: Callable[..., str],
) -> None:
    url = fresh_postgres_database()
    one, other = _schemas(url)
    one.dispose()
    one.dispose()
    assert other.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
    assert _visible(other) == "other"
    other.dispose()
    assert other.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    again = Database(url, schema="one")
    assert again.engine is not other.engine
    assert _visible(again) == "one"
    again.dispose()


def test_a_database_that_was_closed_can_be_used_again(fresh_postgres_database: Callable[..., str]) -> None:
    one, other = _schemas(fresh_postgres_database())
    one.dispose()
    assert _visible(one) == "one"
    other.dispose()
    assert _visible(one) == "one"
    one.dispose()
    assert one.engine.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_sites_in_files_have_engines_of_their_own(tmp_path: object) -> None:
    one, other = Database(f"sqlite:///{tmp_path}/one.db"), Database(f"sqlite:///{tmp_path}/other.db")
    assert one.engine is not other.engine
    one.dispose()
    other.dispose()
