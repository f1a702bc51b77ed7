"""What `op` does to tables and values is the same on both databases, and what is shown is what is done."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests.migrations.nursery import Nursery, migrations, plant
from tradewright.base import DeveloperError
from tradewright.migrations import (
    ID,
    Column,
    Exact,
    Integer,
    Migrations,
    Moment,
    PrimaryKeyConstraint,
    String,
    column,
    op,
    select,
    table,
)
from tradewright.migrations.backends import Backend, Postgresql, Sqlite, Told
from tradewright.migrations.operations import on
from tradewright.orm.database import Database
from tradewright.registry.install import changing

VALUES = table("pond", column("id", ID), column("value", Exact(4)), column("word", String()))


class Pond:
    """A table on either database, and `op` at work on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        made = sa.Table(
            "pond",
            sa.MetaData(),
            sa.Column("id", ID, primary_key=True),
            sa.Column("value", Exact(4)),
            sa.Column("word", sa.String(20), sa.CheckConstraint("word <> 'bad'", name="ck_pond_word")),
        )
        with database.write.begin() as connection:
            made.create(connection)

    def put(self, *rows: dict[str, Any]) -> None:
        with self.database.write.begin() as connection:
            connection.execute(sa.insert(VALUES), list(rows))

    def run(self, script: Any) -> None:
        with changing(self.database) as connection:
            backend: Backend = Sqlite(connection) if self.database.sqlite else Postgresql()
            with on(backend):
                script()
            if isinstance(backend, Postgresql):
                for statement in backend.statements:
                    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    def values(self, name: str, kind: Any) -> list[Any]:
        chosen = table("pond", column("id", ID), column(name, kind))
        with self.database.read.connect() as connection:
            return list(connection.scalars(select(chosen.c[name]).order_by(chosen.c.id)))


@pytest.fixture
def pond(nursery: Nursery) -> Iterator[Pond]:
    database = Database(nursery.settings.database)
    yield Pond(database)
    database.dispose()


@pytest.mark.parametrize(
    ("scale", "values"),
    [
        (6, ["1.2345", "-0.0001", "99999999.9999"]),
        (2, ["1.23", "0.00", "100000000.00"]),
        (0, ["1", "0", "100000000"]),
    ],
)
def test_exact_numbers_keep_their_value_in_another_scale(pond: Pond, scale: int, values: list[str]) -> None:
    pond.put(*({"value": Decimal(value)} for value in ("1.2345", "-0.0001", "99999999.9999")))
    pond.run(lambda: op.change_type("pond", "value", Exact(4), Exact(scale)))
    assert pond.values("value", Exact(scale)) == [Decimal(value) for value in values]


def test_halves_are_rounded_away_from_zero(pond: Pond) -> None:
    pond.put(*({"value": Decimal(value)} for value in ("0.5050", "-0.5050", "0.5049", "-0.5049")))
    pond.run(lambda: op.change_type("pond", "value", Exact(4), Exact(2)))
    assert pond.values("value", Exact(2)) == [Decimal(value) for value in ("0.51", "-0.51", "0.50", "-0.50")]


def test_texts_become_numbers_and_back_though_a_check_forbids_the_words_between(pond: Pond) -> None:
    pond.put(*({"word": word} for word in ("007", "8", None)))
    pond.run(lambda: op.change_type("pond", "word", String(20), Integer()))
    assert pond.values("word", Integer()) == [7, 8, None]
    pond.run(lambda: op.change_type("pond", "word", Integer(), String(9)))
    assert pond.values("word", String()) == ["7", "8", None]


def test_an_expression_of_its_own_for_each_database_makes_the_values(pond: Pond) -> None:
    pond.put({"word": "two"}, {"word": "three"})
    pond.run(
        lambda: op.change_type(
            "pond",
            "word",
            String(20),
            Integer(),
            using={"postgresql": "length(word)", "sqlite": "length(word)"},
        )
    )
    assert pond.values("word", Integer()) == [3, 5]


def test_a_type_that_sqlite_keeps_in_its_own_way_needs_an_expression() -> None:
    with pytest.raises(DeveloperError) as caught, on(Told()):
        op.change_type("pond", "word", String(20), Moment())
    assert str(caught.value).splitlines() == [
        "[migrations.no-conversion] SQLite stores Moment in a way of its own, and no plain cast leads there",
        "  where:  op.change_type of pond.word",
        "  value:  'String(20) to Moment()'",
        '  remedy: say how: using={"postgresql": "...", "sqlite": "..."}',
    ]


def test_a_column_is_added_and_filled_and_a_table_made(pond: Pond) -> None:
    pond.put({"word": "it's 100 % :ok"}, {"word": "b"})

    def script() -> None:
        op.add_column("pond", Column("depth", Exact(2)), fill=Decimal("2.5"))
        op.add_column("pond", Column("note", String(9)), fill="it's 9%")
        op.create_table("brook", Column("id", ID, nullable=False), PrimaryKeyConstraint("id", name=op.f("pk_brook")))
        op.execute("INSERT INTO brook (id) SELECT id FROM pond")
        op.execute("DELETE FROM brook WHERE id = 1", only="sqlite")
        op.execute("DELETE FROM brook WHERE id = 1", only="postgresql")

    pond.run(script)
    assert pond.values("depth", Exact(2)) == [Decimal("2.50")] * 2
    assert pond.values("note", String()) == ["it's 9%"] * 2
    with pond.database.read.connect() as connection:
        assert connection.exec_driver_sql("SELECT id FROM brook").scalars().all() == [2]


def test_op_works_only_while_a_script_runs() -> None:
    with pytest.raises(DeveloperError, match=r"migrations\.not-running"):
        op.rename_table("pond", "lake")


def test_what_is_shown_changes_nothing_and_is_what_is_done(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 3)
    site = nursery.open("new")
    scripts: Migrations = migrations(site)
    with site.database.read.connect() as connection:
        shown = scripts.render(connection)
        assert scripts.render(connection) == shown
        assert len(scripts.pending(connection)) == 2
    done: list[str] = []
    event.listen(
        site.database.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: done.append(statement)
    )
    with changing(site.database) as connection:
        scripts.expand(connection)
    if site.database.sqlite:
        assert shown == [
            "rename table nursery_bed to nursery_plot",
            "rename column nursery_plant.height to size",
            "rename column nursery_plant.bed_id to plot_id",
            "write nursery_plant anew: grade from String(255) to BigInteger()",
            'write nursery_plant anew: price from Exact(4) to Exact(6) as "price" * 100',
            "add column nursery_plant.tag String(255)",
        ]
    else:
        said = [statement.partition(" /* ")[0] for statement in done]  # a connection notes whose site it is
        assert [statement for statement in said if statement in shown] == shown
        assert shown[-1] == "ALTER TABLE nursery_plant ADD COLUMN tag VARCHAR(255)"
