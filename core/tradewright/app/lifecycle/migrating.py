"""The part that migration scripts have in a change: planned with it, run before its tables are compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from tradewright.app.lifecycle.plan import LifePlan, Obstacle, PlannedMigration
from tradewright.migrations import Migrations
from tradewright.registry import state
from tradewright.registry.install import changing, trying

if TYPE_CHECKING:
    from tradewright.app.composition import Composition
    from tradewright.orm.database import Connection, Database
    from tradewright.registry.evolve import Plan

PHASE = "upgrade"
"""What the site's state says between the scripts of an upgrade and its end."""


def planned(connection: Connection, target: Composition) -> tuple[PlannedMigration, ...]:
    """Return the scripts that a site has still to go through, those included whose data steps were interrupted."""
    migrations = Migrations(target.addons)
    if not migrations.is_pending(connection):
        return ()
    steps = migrations.data_steps(connection)
    rows = {step.revision: 0 for step in steps}
    for step in steps:
        rows[step.revision] += step.rows_left or 0
    pending = migrations.pending(connection)
    waiting = {one.revision for one in pending}
    begun = {step.revision: step for step in steps if step.revision not in waiting}
    return (
        *(PlannedMigration(step.addon, revision, step.doc, rows[revision]) for revision, step in begun.items()),
        *(PlannedMigration(one.addon, one.revision, one.doc, rows.get(one.revision, 0)) for one in pending),
    )


def written(connection: Connection, target: Composition) -> tuple[str, ...]:
    """Return what the scripts will do: SQL on PostgreSQL, operations in words on SQLite."""
    return tuple(Migrations(target.addons).render(connection))


def tables_after(database: Database, target: Composition, tables: Callable[[Connection], Plan]) -> Plan:
    """Return what is left to compare once the scripts have run: they run in a transaction that is taken back."""
    with trying(database) as connection:
        Migrations(target.addons).expand(connection)
        return tables(connection)


def run(
    database: Database, target: Composition, pending: tuple[PlannedMigration, ...], tell: Callable[[str], Any]
) -> None:
    """Run the pending scripts in one transaction, then their data steps in batches; goes on where it was interrupted.

    From the first script to the end of the upgrade the site's state says so, and the version gate stays closed.
    """
    if not pending:
        return
    migrations = Migrations(target.addons)
    with changing(database) as connection:
        for one in pending:
            tell(one.says)
        migrations.expand(connection)
        state.note_phase(connection, PHASE)
    migrations.run_data(database, lambda step: tell(step.doc))


def settle(connection: Connection, target: Composition, plan: LifePlan, leaving: Collection[str]) -> None:
    """Note at which script fresh addons begin, and where leaving ones stopped."""
    migrations = Migrations(target.addons)
    fresh = [one.name for one in plan.addons if one.what in {"install", "bring back"}]
    if fresh:
        migrations.stamp(connection, fresh)
    for name in sorted(leaving):
        migrations.forget(connection, name)


def outdated(connection: Connection, target: Composition, fresh: Collection[str]) -> Iterator[Obstacle]:
    """Give the addons whose parked data are of an older version: their scripts can't run on tables made today."""
    migrations = Migrations(target.addons)
    heads = migrations.heads()
    for branch, revision in migrations.parked(connection).items():
        addon = branch.partition(".")[0]
        if addon in fresh and branch in heads and heads[branch] != revision:
            yield Obstacle(
                "lifecycle.parked-older",
                f"what {addon} had was parked at {revision}, and its code is at {heads[branch]}",
                addon=addon,
                value=revision,
                remedy=f"install the version that has {revision} first and upgrade then, "
                f"or drop what is parked: tradewright addon purge {addon}",
            )
