"""A ready select gives what SQLAlchemy gives, tells whom SQLAlchemy tells, and fails as SQLAlchemy fails."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.support.garden import Bed, Garden
from tradewright.base import DeveloperError
from tradewright.orm import bindparam, prepared, select
from tradewright.orm.database import Database
from tradewright.orm.ready import Shape, VaryingSelect, make_ready
from tradewright.orm.types import JSON, Exact, Moment

THINGS = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("amount", Exact(2)),
    sa.Column("rate", Exact(6)),
    sa.Column("whole", sa.BigInteger()),
    sa.Column("yes", sa.Boolean()),
    sa.Column("day", sa.Date()),
    sa.Column("moment", Moment()),
    sa.Column("words", sa.String(40)),
    sa.Column("tree", JSON),
)
ROW = st.fixed_dictionaries(
    {
        "amount": st.none() | st.decimals(-(10**9), 10**9, places=2),
        "rate": st.none() | st.decimals(-(10**6), 10**6, places=6),
        "whole": st.none() | st.integers(-(2**62), 2**62),
        "yes": st.none() | st.booleans(),
        "day": st.none() | st.dates(date(1900, 1, 1)),
        "moment": st.none() | st.datetimes(timezones=st.just(UTC)),
        "words": st.none() | st.text("aß中%:(){}'\" ", max_size=40),
        "tree": st.none() | st.dictionaries(st.text("ab", max_size=2), st.integers(-9, 9) | st.none(), max_size=3),
    }
)


@pytest.fixture
def things(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with a table of all our types."""
    url = f"sqlite:///{tmp_path}/things.sqlite"
    if database_kind == "postgresql":
        url = request.getfixturevalue("fresh_postgres_database")()
    database = Database(url)
    with database.write.begin() as connection:
        THINGS.create(connection)
    yield database
    database.dispose()


@contextmanager
def _filled(database: Database, rows: list[dict[str, Any]]) -> Generator[sa.Connection]:
    with database.write.connect() as connection:
        if rows:
            connection.execute(sa.insert(THINGS), rows)
        yield connection
        connection.rollback()


def _both(connection: sa.Connection, statement: Any, values: dict[str, Any] | None = None) -> list[Any]:
    """Return the rows, once they are the same by both ways, the second time as the first."""
    ready = make_ready(statement, connection.dialect)
    expected = connection.execute(statement, values)
    names, rows = list(expected.keys()), expected.all()
    found: Sequence[Any] = ()
    for _time in range(2):
        result = ready.run(connection, values)
        assert list(result.keys()) == names
        found = result.all()
        assert [tuple(row) for row in found] == [tuple(row) for row in rows]
        assert [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in rows]
    return [dict(row._mapping) for row in found]  # noqa: SLF001  # SQLAlchemy's public name


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=4))
def test_each_type_comes_back_as_it_does_otherwise(things: Database, rows: list[dict[str, Any]]) -> None:
    with _filled(things, rows) as connection:
        statement = select(*[column for column in THINGS.c if column.name != "id"]).order_by(THINGS.c.id)
        assert _both(connection, statement) == rows


def test_expressions_come_back_as_they_do_otherwise(things: Database) -> None:
    columns = THINGS.c
    with _filled(things, [{"amount": Decimal("1.50"), "whole": 2}, {"amount": None, "whole": 3}]) as connection:
        statement = select(
            sa.func.sum(columns.amount).label("sum"),
            sa.func.coalesce(sa.func.sum(columns.rate), Decimal(0)).label("none"),
            sa.func.count(columns.amount).label("count"),
            sa.type_coerce(sa.func.count(), Exact(0)).label("as_exact"),
            sa.func.max(columns.whole).label("highest"),
        )
        [row] = _both(connection, statement)
        assert _both(connection, select(sa.literal_column("'50 %(x)s'").label("share"))) == [{"share": "50 %(x)s"}]
    assert (row["sum"], row["count"], row["as_exact"]) == (Decimal("1.50"), 1, Decimal(2))


def test_values_go_in_as_their_columns_want_them(things: Database) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=1)))
    with _filled(things, [{"amount": Decimal("2.50"), "moment": noon, "words": "100 % (sure)"}]) as connection:
        columns = THINGS.c
        statement = select(columns.id).where(
            columns.amount == bindparam("amount", type_=columns.amount.type),
            columns.moment == bindparam("moment", type_=columns.moment.type),
            columns.words.contains(bindparam("words")),
            columns.amount < Decimal("2.60"),
        )
        assert len(_both(connection, statement, {"amount": Decimal("2.5"), "moment": noon, "words": "% ("})) == 1
        assert _both(connection, statement, {"amount": Decimal("2.4"), "moment": noon, "words": "%"}) == []
        ready = make_ready(statement, connection.dialect)
        with pytest.raises(DeveloperError, match="too-precise"):
            ready.run(connection, {"amount": Decimal("2.555"), "moment": noon, "words": "%"})


def test_a_value_that_is_missing_is_named_and_one_with_a_default_may_be_left_out(things: Database) -> None:
    with _filled(things, [{"whole": 1}, {"whole": 2}]) as connection:
        statement = select(THINGS.c.whole).where(
            THINGS.c.whole <= bindparam("at_most", 1), THINGS.c.whole > bindparam("above")
        )
        ready = make_ready(statement, connection.dialect)
        assert ready.run(connection, {"above": 0}).all() == [(1,)]
        assert len(ready.run(connection, {"above": 0, "at_most": 2}).all()) == 2
        with pytest.raises(DeveloperError) as missing:
            ready.run(connection, {"abov": 0})
    assert (missing.value.code, missing.value.value, missing.value.near) == ("orm.value-missing", "above", ("abov",))


def test_what_differs_in_fixed_values_shares_the_text(things: Database) -> None:
    with _filled(things, [{"whole": number} for number in range(3)]) as connection:
        shapes: dict[str, Shape] = {}
        column = THINGS.c.whole
        readies = [make_ready(select(column).where(column == n), connection.dialect, shapes) for n in range(3)]
        assert len(shapes) == 1
        for _time in range(2):
            assert [ready.run(connection, None).scalars().all() for ready in readies] == [[0], [1], [2]]
        other = make_ready(select(column).where(column > 1), connection.dialect, shapes)
        assert (other.run(connection, None).scalars().all(), len(shapes)) == ([2], 2)


def test_a_list_of_values_is_as_long_as_it_is(things: Database) -> None:
    with _filled(things, [{"whole": number} for number in range(5)]) as connection:
        statement = select(THINGS.c.whole).where(THINGS.c.whole.in_(bindparam("some", expanding=True)))
        assert isinstance(make_ready(statement, connection.dialect), VaryingSelect)
        assert len(_both(connection, statement, {"some": [1, 2]})) == 2
        assert len(_both(connection, statement, {"some": [1, 2, 3]})) == 3


def test_columns_of_one_name_stand_side_by_side(things: Database) -> None:
    other = THINGS.alias()
    with _filled(things, [{"whole": 1, "words": "a"}, {"whole": 1, "words": "b"}]) as connection:
        statement = select(THINGS.c.words, other.c.words).join(other, other.c.whole == THINGS.c.whole)
        assert len(_both(connection, statement)) == 4


def test_who_listens_is_told(things: Database) -> None:
    told: list[tuple[str, str]] = []

    def note(kind: str) -> Callable[..., None]:
        return lambda _connection, _cursor, statement, *_rest: told.append((kind, statement))

    with _filled(things, []) as connection:
        ready = make_ready(select(THINGS.c.id), connection.dialect)
        for kind in ("before", "after"):
            event.listen(things.engine, f"{kind}_cursor_execute", note(kind))
        ready.run(connection, None)
    assert [kind for kind, _statement in told[:2]] == ["before", "after"]
    assert all("FROM things" in statement for _kind, statement in told[:2])


def test_an_error_is_that_of_sqlalchemy(things: Database) -> None:
    statement: Any = select(sa.literal_column("nothing").label("nothing"))
    with things.read.connect() as connection:
        connection.begin()
        ready = make_ready(statement, connection.dialect)
        with pytest.raises(DBAPIError) as by_itself:
            ready.run(connection, None)
    with things.read.connect() as connection, pytest.raises(DBAPIError) as otherwise:
        connection.execute(statement)
    assert type(by_itself.value) is type(otherwise.value)
    assert type(by_itself.value.orig) is type(otherwise.value.orig)
    assert by_itself.value.statement == otherwise.value.statement


def test_a_lost_connection_is_not_used_again(fresh_postgres_database: Callable[..., str]) -> None:
    things = Database(fresh_postgres_database())
    with things.read.connect() as connection:
        connection.begin()
        ready = make_ready(select(sa.func.now().label("now")), connection.dialect)
        ready.run(connection, None)
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with things.engine.connect() as other:
            other.exec_driver_sql("SELECT pg_terminate_backend(%(pid)s)", {"pid": pid})
        with pytest.raises(OperationalError) as lost:
            ready.run(connection, None)
        assert lost.value.connection_invalidated
        assert connection.invalidated
    with things.read.connect() as connection:
        connection.begin()
        connection.connection.driver_connection.close()  # type: ignore[union-attr]  # there is one
        with pytest.raises(OperationalError, match="closed"):
            ready.run(connection, None)
    with things.read.connect() as again:
        assert again.exec_driver_sql("SELECT 1").scalar_one() == 1
    things.dispose()


@prepared
def _names(bed: Any) -> Any:
    return select(bed.name).order_by(bed.id)


def test_a_unit_that_reads_columns_makes_no_session_and_one_that_reads_records_shares_its_transaction(
    garden: Garden,
) -> None:
    with garden.site.env(garden.manager, readonly=True) as env:
        names = [name for (name,) in env.execute(_names(env[Bed]))]
        assert env._unit.transaction.records is None  # noqa: SLF001  # what no addon can ask
        assert [bed.name for bed in env.scalars(select(env[Bed]).order_by(env[Bed].id))] == names
        session = env._unit.session  # noqa: SLF001  # as above
        assert session.connection() is env._unit.transaction.connection  # noqa: SLF001  # as above
    assert garden.site.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a queue


def _ask_and_fail(garden: Garden) -> None:
    with garden.site.env(garden.manager, readonly=True) as env:
        env.execute(_names(env[Bed]))
        _ = 1 / 0


def test_a_reading_unit_that_fails_gives_its_connection_back(garden: Garden) -> None:
    for _time in range(3):
        with pytest.raises(ZeroDivisionError):
            _ask_and_fail(garden)
    assert garden.site.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a queue
