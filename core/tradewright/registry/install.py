"""Installing addons on a site: tables first, then their data, then their own word (`site_installed`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.base import DeveloperError
from tradewright.hooks import demo_data, site_installed
from tradewright.orm import select
from tradewright.registry import data, state
from tradewright.registry.evolve import Evolution, Plan, Step
from tradewright.registry.models import InstalledAddon

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm import Env
    from tradewright.orm.database import Database
    from tradewright.registry.compose import Registry


@dataclass(frozen=True, slots=True)
class Package:
    """What an addon or bridge brings at installation: its data files, in order."""

    addon: str
    package: str
    version: str
    data: tuple[str, ...] = ()
    bridge: bool = False


def create_schema(database: Database) -> None:
    """Make the schema of a site on PostgreSQL, if it has one of its own."""
    if database.schema and not database.sqlite:
        with database.engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(database.schema, if_not_exists=True))


def drop_schema(database: Database) -> None:
    """Remove the schema of a site on PostgreSQL with all that is in it, if it has one of its own."""
    if database.schema and not database.sqlite:
        with database.engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(database.schema, cascade=True, if_exists=True))


def plan_tables(
    database: Database, registry: Registry, leaving: Collection[str] = (), *, connection: Connection | None = None
) -> Plan:
    """Return what has to be done to the tables of a site, be it new or not; those of `leaving` addons are parked.

    It is read through `connection`, or through one of its own.
    """
    if connection is None:
        with database.read.connect() as own:
            return plan_tables(database, registry, leaving, connection=own)
    addons = {unit.addon for unit in registry.units} | set(leaving)
    left = set(state.installed_versions(connection) or ()) - addons
    if left:
        raise DeveloperError(
            "install.left-out",
            "the site has addons that it does not enable any more, or that could not be loaded",
            value=", ".join(sorted(left)),
            remedy="enable them again (`tradewright doctor` says what is wrong with them), "
            f"or park their data: tradewright addon uninstall {' '.join(sorted(left))}",
        )
    return _evolution(database)(connection, registry, addons).plan()


def plan_removal(
    database: Database, registry: Registry, leaving: Collection[str], connection: Connection | None = None
) -> Plan:
    """Return the plan that parks all that addons keep on a site, which does not enable them any more."""
    plan = plan_tables(database, registry, leaving, connection=connection)
    forget = sa.delete(state.INSTALLED).where(state.INSTALLED.c.name.in_(sorted(leaving)))
    sql = str(forget.compile(database.engine, compile_kwargs={"literal_binds": True}))
    return Plan((*plan.steps, Step(f"noted as not installed: {', '.join(sorted(leaving))}", (sql,))))


@contextmanager
def changing(database: Database) -> Generator[Connection]:
    """Open the transaction in which tables change: all of it or nothing.

    On SQLite foreign keys rest meanwhile, because tables are written anew; they are checked before the end.
    """
    with nullcontext() if database.write_lock is None else database.write_lock, database.write.connect() as connection:
        if not database.sqlite:
            with connection.begin():
                yield connection
            return
        raw: Any = connection.connection.driver_connection
        # Neither may be switched inside a transaction; triggers may name a table that is away for a moment.
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA legacy_alter_table=ON")
        try:
            with connection.begin():
                yield connection
                _check_references(raw)
        finally:
            raw.execute("PRAGMA legacy_alter_table=OFF")
            raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def trying(database: Database) -> Generator[Connection]:
    """Open such a transaction to see what changes come to; it is taken back at the end of the block."""
    with suppress(_TakenBack), changing(database) as connection:
        yield connection
        raise _TakenBack


class _TakenBack(Exception):  # no error: the way out of a transaction that was only tried
    """Ends `trying`."""


def execute(connection: Connection, statement: str) -> None:
    """Run one statement of a plan."""
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def change_tables(database: Database, plan: Plan) -> None:
    """Carry a plan out, in one transaction."""
    if plan:
        with changing(database) as connection:
            for statement in plan.sql:
                execute(connection, statement)


def _check_references(raw: Any) -> None:
    broken = raw.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DeveloperError(
            "registry.dangling",
            "the plan would leave a row that refers to one that is gone; nothing was changed",
            where=f"{broken[0]}, row {broken[1]}",
            value=broken[2],
            remedy="delete or correct the row, then try again",
        )


def _evolution(database: Database) -> type[Evolution]:
    # Imported late: a server that starts needs neither.
    if database.sqlite:
        from tradewright.registry.evolve_sqlite import SqliteEvolution

        return SqliteEvolution
    from tradewright.registry.evolve_postgresql import PostgresqlEvolution

    return PostgresqlEvolution


def installed(env: Env) -> dict[str, str]:
    """Return the installed addons and their versions."""
    return {row.name: row.installed_version for row in env.scalars(select(env[InstalledAddon]))}


def load_data(env: Env, packages: Sequence[Package], progress: Callable[[str], Any] | None = None) -> list[str]:
    """Load the data of the packages, note their versions and call `site_installed`; return the new addons."""
    before = {row.name: row for row in env.scalars(select(env[InstalledAddon]))}
    fresh: list[str] = []
    for package in packages:
        if progress is not None:
            progress(package.package)
        data.load(env, package.addon, package.package, package.data)
        if package.bridge:
            continue
        if package.addon in before:
            before[package.addon].installed_version = package.version
            continue
        fresh.append(package.addon)
        env.add(env[InstalledAddon](name=package.addon, installed_version=package.version, installed_at=env.now))
    env.flush()
    env.hook(site_installed)(env, fresh)
    return fresh


def load_demo(env: Env) -> None:
    """Write the demonstration records of all addons."""
    env.hook(demo_data)(env, env.today)
