"""Installing addons on a site: tables first, then their data, then their own word (`site_installed`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.base import DeveloperError
from tradewright.hooks import demo_data, site_installed
from tradewright.orm import select
from tradewright.registry import data
from tradewright.registry.evolve import Evolution, Plan, Step
from tradewright.registry.models import InstalledAddon

if TYPE_CHECKING:
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


def is_installed(database: Database, registry: Registry) -> bool:
    """Tell whether the site has tables already."""
    with database.read.connect() as connection:
        return bool(sa.inspect(connection).has_table(registry.model("core.InstalledAddon").table.name))


def create_tables(database: Database, registry: Registry) -> None:
    """Make all tables of a new site; bring those of an existing one to what its addons declare now."""
    if is_installed(database, registry):
        change_tables(database, plan_tables(database, registry))
    else:
        with database.write.begin() as connection:
            registry.metadata.create_all(connection)


def plan_tables(database: Database, registry: Registry, leaving: Collection[str] = ()) -> Plan:
    """Return what has to be done to the tables of an existing site; those of `leaving` addons are parked."""
    addons = {unit.addon for unit in registry.units} | set(leaving)
    table = registry.model("core.InstalledAddon").table
    with database.read.connect() as connection:
        left = set(connection.scalars(sa.select(table.c.name))) - addons
        if left:
            raise DeveloperError(
                "install.left-out",
                "the site has addons that it does not enable any more",
                value=", ".join(sorted(left)),
                remedy=f"enable them again, or park their data: tradewright addon uninstall {' '.join(sorted(left))}",
            )
        return _evolution(database)(connection, registry, addons).plan()


def change_tables(database: Database, plan: Plan) -> None:
    """Carry a plan out, in one transaction."""
    if plan:
        _evolution(database).carry_out(database, plan)


def _evolution(database: Database) -> type[Evolution]:
    # Imported late: a server that starts needs neither.
    if database.sqlite:
        from tradewright.registry.evolve_sqlite import SqliteEvolution

        return SqliteEvolution
    from tradewright.registry.evolve_postgresql import PostgresqlEvolution

    return PostgresqlEvolution


def plan_removal(database: Database, registry: Registry, leaving: Collection[str]) -> Plan:
    """Return the plan that parks all that addons keep on a site, which does not enable them any more."""
    plan = plan_tables(database, registry, leaving)
    table = registry.model("core.InstalledAddon").table
    forget = sa.delete(table).where(table.c.name.in_(sorted(leaving)))
    sql = str(forget.compile(database.engine, compile_kwargs={"literal_binds": True}))
    return Plan((*plan.steps, Step(f"noted as not installed: {', '.join(sorted(leaving))}", (sql,))))


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
