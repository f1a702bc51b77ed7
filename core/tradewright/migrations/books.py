"""What a site's database keeps of migrations: the revision of each branch, and the journal of data migrations.

Two tables that no model declares. `core_alembic_version` has Alembic's shape: a row for each branch. The journal has a
row for each data migration of a revision that the site went through, and one for each revision of parked data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.base.clock import SystemClock
from tradewright.migrations.scripts import branch_of
from tradewright.orm.types import Moment
from tradewright.registry.state import JOURNAL, VERSIONS, has_table

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

PARKED = "(parked)"
"""What stands for the name of a step in the row that remembers the revision of parked data."""
_LONGEST = 120

_metadata = sa.MetaData()
versions = sa.Table(
    VERSIONS,
    _metadata,
    sa.Column("version_num", sa.String(_LONGEST), primary_key=True),
    sa.PrimaryKeyConstraint(name=f"{VERSIONS}_pkc"),
)
journal = sa.Table(
    JOURNAL,
    _metadata,
    sa.Column("revision", sa.String(_LONGEST), primary_key=True),
    sa.Column("name", sa.String(_LONGEST), primary_key=True),
    sa.Column("last_id", sa.BigInteger()),
    sa.Column("rows_done", sa.BigInteger(), nullable=False),
    sa.Column("started_at", Moment()),
    sa.Column("finished_at", Moment()),
    sa.PrimaryKeyConstraint(name=f"{JOURNAL}_pkc"),
)


def make(connection: Connection) -> None:
    """Make both tables where they are missing."""
    for table in (versions, journal):
        if not has_table(connection, table.name):
            table.create(connection, checkfirst=False)


def current(connection: Connection) -> dict[str, str]:
    """Return the revision of each branch that the database has gone through."""
    if not has_table(connection, VERSIONS):
        return {}
    return {branch_of(revision): revision for revision in connection.scalars(sa.select(versions.c.version_num))}


def move(connection: Connection, branch: str, revision: str) -> None:
    """Note that a branch has reached a revision."""
    leave(connection, [branch])
    connection.execute(sa.insert(versions).values(version_num=revision))


def leave(connection: Connection, branches: Iterable[str]) -> None:
    """Forget the revisions of branches."""
    now = current(connection)
    gone = [now[branch] for branch in branches if branch in now]
    if gone:
        connection.execute(sa.delete(versions).where(versions.c.version_num.in_(gone)))


def parked(connection: Connection) -> dict[str, str]:
    """Return the revisions at which the data of branches were parked."""
    if not has_table(connection, JOURNAL):
        return {}
    found = connection.scalars(sa.select(journal.c.revision).where(journal.c.name == PARKED))
    return {branch_of(revision): revision for revision in found}


def park(connection: Connection, revisions: Iterable[str]) -> None:
    """Remember the revisions at which data are parked."""
    rows = [{"revision": revision, "name": PARKED, "rows_done": 0} for revision in revisions]
    if rows:
        connection.execute(sa.insert(journal), rows)


def unpark(connection: Connection, revisions: Iterable[str]) -> None:
    """Forget the revisions of parked data, which is back or gone for good."""
    connection.execute(sa.delete(journal).where(journal.c.name == PARKED, journal.c.revision.in_(list(revisions))))


def drop_steps(connection: Connection, branches: Iterable[str]) -> None:
    """Forget what the journal holds of branches whose data are gone for good."""
    wanted = set(branches)
    there = {
        revision for revision in connection.scalars(sa.select(journal.c.revision)) if branch_of(revision) in wanted
    }
    connection.execute(sa.delete(journal).where(journal.c.revision.in_(sorted(there))))


def open_steps(connection: Connection, revision: str, names: Iterable[str]) -> None:
    """Open the rows of a revision's data migrations, which are to be run."""
    rows = [{"revision": revision, "name": name, "rows_done": 0, "started_at": SystemClock().now()} for name in names]
    if rows:
        connection.execute(sa.insert(journal), rows)


def unfinished(connection: Connection) -> dict[tuple[str, str], Any]:
    """Return the rows of data migrations that have not come to their end, by revision and name."""
    if not has_table(connection, JOURNAL):
        return {}
    columns = (journal.c.revision, journal.c.name, journal.c.last_id, journal.c.rows_done)
    left = sa.select(*columns).where(journal.c.finished_at.is_(None), journal.c.name != PARKED)
    return {(row.revision, row.name): row for row in connection.execute(left)}
