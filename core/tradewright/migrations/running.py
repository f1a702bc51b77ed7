"""Running a data migration: the batches, the journal, and what is said when one fails."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from tradewright.base import DeveloperError, nearest
from tradewright.base.clock import SystemClock
from tradewright.migrations.aside import triggers_aside
from tradewright.migrations.books import journal
from tradewright.migrations.data import Batch, DataMigration, DataStep
from tradewright.migrations.scripts import Branch, Script
from tradewright.orm.database import is_retryable
from tradewright.registry.state import has_table

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.migrations.directory import Directory
    from tradewright.orm.database import Database

ATTEMPTS = 6


class Moved(NamedTuple):
    """What a batch came to: how many rows it moved, and whether more may follow."""

    rows: int
    more: bool


def run(database: Database, script: Script, step: DataMigration, progress: Callable[[DataStep], Any] | None) -> None:
    """Run a data migration to its end."""
    with database.read.connect() as connection:
        said = step_of(connection, script, step, entry_of(connection, script, step))
    more = True
    while more:
        rows, more = run_batch(database, script, step)
        # Counted once and then subtracted: counting what is left after each batch would grow with its square.
        left = max(0, (said.rows_left or 0) - rows) if more else 0
        said = replace(said, rows_done=said.rows_done + rows, rows_left=left)
        if progress is not None:
            progress(said)


def run_batch(database: Database, script: Script, step: DataMigration) -> Moved:
    """Run a batch in a transaction, again when it lost a race with the rest of the site."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with database.write.begin() as connection:
                return batch(connection, script, step)
        except Exception as fault:
            if attempt == ATTEMPTS or not is_retryable(fault.__cause__ or fault):
                raise
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311  # jitter, not a secret
    raise AssertionError("the loop returns or raises")


def batch(connection: Connection, script: Script, step: DataMigration) -> Moved:
    """Move the next rows and note that they are done, both in the caller's transaction."""
    entry = entry_of(connection, script, step, lock=True)
    if entry is None or entry.finished_at is not None:
        return Moved(0, more=False)  # somebody else has finished it meanwhile
    first, last, count = next_rows(connection, step, entry.last_id)
    if count:
        with _said(script, step, first, last), triggers_aside(connection, step.table if step.frozen else None):
            step.run(Batch(connection, step, first, last))
    more = step.table is not None and count == step.size
    done = {} if more else {"finished_at": SystemClock().now()}
    mine = (journal.c.revision == script.revision, journal.c.name == step.name)
    rows = entry.rows_done + count
    connection.execute(
        sa.update(journal).where(*mine).values(last_id=last if count else entry.last_id, rows_done=rows, **done)
    )
    return Moved(count, more)


def next_rows(connection: Connection, step: DataMigration, last_id: int | None) -> tuple[int, int, int]:
    """Return the bounds and the number of the rows that come next."""
    if step.table is None:
        return 0, 0, 1
    key = step.table.c.id
    chosen = sa.select(key).order_by(key).limit(step.size)
    if last_id is not None:
        chosen = chosen.where(key > last_id)
    ids = chosen.subquery()
    found = connection.execute(sa.select(sa.func.min(ids.c.id), sa.func.max(ids.c.id), sa.func.count())).one()
    return found[0] or 0, found[1] or 0, found[2]


def entry_of(connection: Connection, script: Script, step: DataMigration, *, lock: bool = False) -> Any:
    """Return the row of the journal, None where there is none."""
    chosen = sa.select(journal).where(journal.c.revision == script.revision, journal.c.name == step.name)
    return connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()


def step_of(connection: Connection, script: Script, step: DataMigration, entry: Any) -> DataStep:
    """Return how far a data migration is; `entry` is its row of the journal, if it has one yet."""
    left: int | None = 1
    if entry is not None and getattr(entry, "finished_at", None) is not None:
        left = 0
    elif step.table is not None:
        left = _rows_left(connection, step, entry.last_id if entry is not None else None)
    table = step.table.name if step.table is not None else None
    done = entry.rows_done if entry is not None else 0
    return DataStep(script.addon, script.revision, step.name, step.doc, table, done, left)


def _rows_left(connection: Connection, step: DataMigration, last_id: int | None) -> int | None:
    table = step.table
    if table is None or not has_table(connection, table.name):
        return None
    counted = sa.select(sa.func.count()).select_from(table)
    return connection.scalar(counted if last_id is None else counted.where(table.c.id > last_id))


@contextmanager
def _said(script: Script, step: DataMigration, first: int, last: int) -> Generator[None]:
    try:
        yield
    except DeveloperError:
        raise
    except Exception as fault:  # whatever the function of an addon raises
        raise DeveloperError(
            "migrations.data-failed",
            f"a data migration failed: {type(fault).__name__}: {fault}",
            addon=script.addon,
            where=f"{script.file}, {step.name}",
            value=f"{step.table.name} {first} to {last}" if step.table is not None else None,
            remedy="its batch was rolled back, the ones before it are kept; correct script or rows and upgrade again",
        ) from fault


def gone(left: Sequence[tuple[str, str]], branches: Sequence[Branch], directory: Directory) -> DeveloperError:
    """Return the error about a data migration that was begun and has left its script."""
    revision, name = left[0]
    script = next((one for branch in branches for one in branch.scripts if one.revision == revision), None)
    there = [step.name for step in directory.steps(script)] if script is not None else []
    return DeveloperError(
        "migrations.step-gone",
        "a data migration that the site has begun is not in the code any more",
        addon=script.addon if script is not None else None,
        where=str(script.file) if script is not None else revision,
        value=name,
        near=nearest(name, there) or tuple(there),
        remedy="give the function its name back; released scripts are not changed",
    )
