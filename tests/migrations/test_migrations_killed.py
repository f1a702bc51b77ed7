"""An upgrade that is killed at any statement leaves the old version working, or is finished by the next run."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.migrations.killing import copies, statements_of_expand
from tests.migrations.nursery import Nursery, expected, heights, migrations, plant, plants, schema, upgrade
from tests.support.forked import killed_at
from tradewright.base.clock import SystemClock
from tradewright.migrations import Batch, running
from tradewright.migrations.aside import triggers_aside
from tradewright.migrations.books import journal
from tradewright.orm.database import Database

ROWS = 25


@pytest.fixture
def fresh(database_kind: str, request: pytest.FixtureRequest) -> Callable[[str | None], str]:
    if database_kind == "sqlite":
        return lambda template: template or ""
    made: Callable[[str | None], str] = request.getfixturevalue("fresh_postgres_database")
    return made


@pytest.mark.parametrize("stride", [pytest.param(1, marks=pytest.mark.long), 11])
def test_an_upgrade_killed_at_each_statement_leaves_the_old_version_or_goes_on(
    nursery: Nursery, fresh: Callable[[str | None], str], stride: int
) -> None:
    plant(nursery.installed("old"), ROWS)
    before = heights(nursery.open("old"))
    stages = set()
    reference: Any = None
    for statement in copies(nursery, fresh, count(1, stride)):
        nursery.close()
        killed = killed_at(lambda: nursery.open("new"), upgrade, statement)
        site = nursery.open("new")
        with site.database.read.connect() as connection:
            untouched = bool(migrations(site).pending(connection))
            stages.add((untouched, migrations(site).is_pending(connection)))
        if untouched:
            assert heights(nursery.open("old")) == before
        site = nursery.open("new")
        upgrade(site)
        assert plants(site) == expected(ROWS), statement
        reference = reference or schema(site)
        assert schema(site) == reference, statement
        if not killed:
            break
    # It was killed before the tables changed, among the data, and after them.
    assert stages == {(True, True), (False, True), (False, False)}


def _rows_first(database: Database, script: Any, step: Any) -> running.Moved:
    """Move the rows, and note that in a transaction of its own."""
    with database.write.begin() as connection:
        entry = running.entry_of(connection, script, step)
        first, last, rows = running.next_rows(connection, step, entry.last_id)
        if rows:
            with triggers_aside(connection, step.table):
                step.run(Batch(connection, step, first, last))
    with database.write.begin() as connection:
        return running.Moved(rows, _note(connection, script, step, last or entry.last_id, rows))


def _note_first(database: Database, script: Any, step: Any) -> running.Moved:
    """Note that the rows are moved, and move them then."""
    with database.write.begin() as connection:
        entry = running.entry_of(connection, script, step)
        first, last, rows = running.next_rows(connection, step, entry.last_id)
        more = _note(connection, script, step, last or entry.last_id, rows)
    with database.write.begin() as connection, triggers_aside(connection, step.table):
        if rows:
            step.run(Batch(connection, step, first, last))
    return running.Moved(rows, more)


def _note(connection: Any, script: Any, step: Any, last: int, rows: int) -> bool:
    more = bool(rows == step.size)
    mine = (journal.c.revision == script.revision, journal.c.name == step.name)
    finished = None if more else SystemClock().now()
    connection.execute(journal.update().where(*mine).values(last_id=last, finished_at=finished))
    return more


@pytest.mark.parametrize("twin", [_rows_first, _note_first])
def test_a_journal_beside_the_transaction_of_its_rows_would_be_caught(
    nursery: Nursery,
    fresh: Callable[[str | None], str],
    twin: Callable[..., running.Moved],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "run_batch", twin)
    plant(nursery.installed("old"), ROWS)
    for statement in copies(nursery, fresh, count(statements_of_expand(nursery) + 2, 2)):
        assert killed_at(lambda: nursery.open("new"), upgrade, statement), "no statement showed the fault"
        site = nursery.open("new")
        with site.database.read.connect() as connection:
            begun = not migrations(site).pending(connection)
        if not begun:
            continue
        try:
            upgrade(site)
        except Exception:  # noqa: BLE001  rows without a tag stop the comparison: the fault was seen
            return
        if plants(site) != expected(ROWS):
            return
