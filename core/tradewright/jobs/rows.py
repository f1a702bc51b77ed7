"""The rows behind jobs and mail, by plain statements: below the guard, and without the cost of records.

Only this layer uses it. What it writes belongs to the transaction of the unit of work that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.orm.protocols import Site
    from tradewright.orm.unit import UnitOfWork

JOB, SCHEDULE, MAIL = "core.Job", "core.Schedule", "core.MailMessage"
INSTALLED = "core.InstalledAddon"


def table(site: Site, model: str) -> sa.Table:
    """Return the table of one of this layer's models."""
    return site.registry.model(model).table


def unit_of(env: Env) -> UnitOfWork:
    """Return the unit of work behind an `Env`."""
    return env._unit  # noqa: SLF001 - the core's own way in; addons have none


def execute(env: Env, statement: Any, rows: Sequence[dict[str, Any]] | None = None) -> sa.CursorResult[Any]:
    """Run a statement on a table in the transaction of `env`."""
    result: sa.CursorResult[Any] = unit_of(env).session.connection().execute(statement, rows)
    return result


def aside(env: Env) -> frozenset[str]:
    """Return the addons that the site has installed and that are not loaded now: their jobs wait for them."""
    registry: Any = env.site.registry
    names = execute(env, sa.select(table(env.site, INSTALLED).c.name)).scalars()
    return frozenset(names) - {unit.addon for unit in registry.units}


def insert_new(site: Site, model: str) -> Any:
    """Return an insert that leaves rows out whose unique key is there already."""
    # Imported by name: a process pays for the dialect that it uses.
    dialect: Any = import_module(f"sqlalchemy.dialects.{'sqlite' if site.database.sqlite else 'postgresql'}")
    return dialect.insert(table(site, model)).on_conflict_do_nothing()
