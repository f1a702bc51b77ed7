"""Installing addons on a site: tables first, then their data, then their own word (`site_installed`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.hooks import demo_data, site_installed
from tradewright.orm import select
from tradewright.registry import data
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


def create_tables(database: Database, registry: Registry) -> None:
    """Make all tables that are missing, with their constraints, indexes and triggers."""
    with database.write.begin() as connection:
        registry.metadata.create_all(connection)


def installed(env: Env) -> dict[str, str]:
    """Return the installed addons and their versions."""
    return {row.name: row.installed_version for row in env.scalars(select(env[InstalledAddon]))}


def load_data(env: Env, packages: Sequence[Package], progress: Callable[[str], Any] | None = None) -> list[str]:
    """Load the data of the packages, note them as installed and call `site_installed`; return the new addons."""
    before = installed(env)
    fresh: list[str] = []
    for package in packages:
        if progress is not None:
            progress(package.package)
        data.load(env, package.addon, package.package, package.data)
        if package.bridge or package.addon in before:
            continue
        fresh.append(package.addon)
        env.add(
            env[InstalledAddon](name=package.addon, installed_version=package.version, installed_at=env.now)
        )
    env.flush()
    env.hook(site_installed)(env, fresh)
    return fresh


def load_demo(env: Env) -> None:
    """Write the demonstration records of all addons."""
    env.hook(demo_data)(env, env.today)
