"""Sites that are schemas of one PostgreSQL database share its engine, and stay in their own schemas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError

from tradewright.orm import postgresql
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


def _kept(database: Database) -> object:
    with database.read.connect() as connection:
        return connection.scalars(sa.text("SELECT name FROM place ORDER BY name")).all()


def _change_and_give_up(database: Database, name: str) -> None:
    with database.write.connect() as connection:
        connection.execute(sa.text("INSERT INTO place VALUES (:name)"), {"name": name})
        connection.rollback()


def test_what_is_rolled_back_was_never_there(fresh_postgres_database: Callable[..., str]) -> None:
    one, other = _schemas(fresh_postgres_database())
    _change_and_give_up(one, "given up")
    with one.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert not connection.exec_driver_sql("SHOW search_path").scalar_one().startswith("one")
    _change_and_give_up(one, "given up after somebody had no transaction")
    event.remove(one.engine, "begin", postgresql.begin)
    with pytest.raises(ProgrammingError, match="place"):  # nobody said in which schema
        _change_and_give_up(one, "given up without a description")
    with one.engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO one.place VALUES ('given up without a description')")
        connection.rollback()
    event.listen(one.engine, "begin", postgresql.begin)
    assert _kept(one) == ["one"]
    one.dispose()
    other.dispose()


def test_a_driver_left_in_autocommit_would_be_noticed(
    fresh_postgres_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _schemas(fresh_postgres_database())
    monkeypatch.setattr(postgresql.PostgreSQL, "do_begin", lambda _dialect, _connection: None)
    with one.engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO one.place VALUES ('kept')")
        connection.rollback()
        assert connection.exec_driver_sql("SELECT count(*) FROM one.place").scalar() == 2
    one.dispose()
    other.dispose()


def test_reading_does_not_write(fresh_postgres_database: Callable[..., str]) -> None:
    one, other = _schemas(fresh_postgres_database())
    with one.read.connect() as connection, pytest.raises(InternalError, match="read-only"):
        connection.exec_driver_sql("INSERT INTO place VALUES ('never')")
    assert _kept(one) == ["one"]
    one.dispose()
    other.dispose()


def test_a_connection_that_was_lost_is_told_as_such_and_replaced(fresh_postgres_database: Callable[..., str]) -> None:
    one, other = _schemas(fresh_postgres_database())
    with one.read.connect() as connection:
        process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    killer = Database(one.url.render_as_string(hide_password=False), pool_size=1)
    with killer.write.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({process})")
    killer.dispose()
    with pytest.raises(OperationalError) as lost:
        _kept(one)
    assert lost.value.connection_invalidated
    assert _kept(one) == ["one"]
    one.dispose()
    other.dispose()


def test_a_schema_may_have_any_name(fresh_postgres_database: Callable[..., str]) -> None:
    database = Database(fresh_postgres_database(), schema='odd"; DROP TABLE x; --')
    with database.write.begin() as connection:
        assert connection.exec_driver_sql("SHOW search_path").scalar() == '"odd""; DROP TABLE x; --"'
    database.dispose()


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
