"""The part that migration scripts have in a change: planned with it, run before its tables are compared."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from tradewright.app.lifecycle.plan import LifePlan, PlannedMigration

if TYPE_CHECKING:
    from tradewright.app.composition import Composition
    from tradewright.orm.database import Connection, Database
    from tradewright.registry.evolve import Plan


def planned(database: Database, target: Composition) -> tuple[PlannedMigration, ...]:
    """Return the scripts that a site has still to go through."""
    del database, target
    return ()


def rehearsed_tables(database: Database, target: Composition, tables: Callable[[Connection], Plan]) -> Plan:
    """Return what is left to compare once the scripts have run: they run in a transaction that is taken back."""
    del database, target, tables
    raise NotImplementedError


def run(
    database: Database, target: Composition, pending: tuple[PlannedMigration, ...], tell: Callable[[str], Any]
) -> None:
    """Run the pending scripts and their data steps, each in its own transaction; goes on where it was interrupted."""
    del database, target, pending, tell


def settle(connection: Connection, target: Composition, plan: LifePlan, leaving: Collection[str]) -> None:
    """Note at which script fresh addons begin, and where leaving ones stopped."""
    del connection, target, plan, leaving
