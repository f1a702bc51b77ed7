"""What a site's database says of itself, read without models: before any are composed, and whatever they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.registry.compose import Registry

INSTALLED = sa.table("core_installed_addon", sa.column("name"), sa.column("installed_version"))
STATE = sa.table("core_site_state", sa.column("generation"), sa.column("digest"), sa.column("phase"))
PARKED = sa.table("core_parked_table", sa.column("name"), sa.column("addon"))
KNOWN = sa.table("core_external_id", sa.column("name"))
VERSIONS, JOURNAL = "core_alembic_version", "core_migration_journal"
BOOKS = frozenset({VERSIONS, JOURNAL})
"""Tables that no model declares: migrations keep them themselves."""


def table_names(connection: Connection) -> frozenset[str]:
    """Return the names of the tables in the site's schema."""
    return frozenset(sa.inspect(connection).get_table_names())


def has_table(connection: Connection, name: str) -> bool:
    """Tell whether the site's schema has a table."""
    return bool(sa.inspect(connection).has_table(name))


def installed_versions(connection: Connection) -> dict[str, str] | None:
    """Return the installed addons with their versions; None for a site that was not made yet."""
    if not has_table(connection, INSTALLED.name):
        return None
    return {row.name: row.installed_version for row in connection.execute(sa.select(INSTALLED))}


def known_records(connection: Connection) -> frozenset[str]:
    """Return the permanent names of the records that data files made."""
    if not has_table(connection, KNOWN.name):
        return frozenset()
    return frozenset(connection.scalars(sa.select(KNOWN.c.name)))


def parked_addons(connection: Connection) -> frozenset[str]:
    """Return the addons of which tables or columns are parked."""
    if not has_table(connection, PARKED.name):
        return frozenset()
    return frozenset(name for names in connection.scalars(sa.select(PARKED.c.addon)) for name in names.split(", "))


def generation(connection: Connection) -> int:
    """Return how often the addons of the site were changed; processes that loaded another one are out of date."""
    if not has_table(connection, STATE.name):
        return 0
    return connection.scalar(sa.select(STATE.c.generation)) or 0


def digest_and_phase(connection: Connection) -> tuple[str, str | None]:
    """Return what the tables were made of at the last change, and what was begun and not finished."""
    if not has_table(connection, STATE.name):
        return "", None
    row = connection.execute(sa.select(STATE.c.digest, STATE.c.phase)).first()
    return (row.digest, row.phase) if row is not None else ("", None)


def note_phase(connection: Connection, phase: str) -> None:
    """Note what was begun, in the transaction that begins it."""
    if has_table(connection, STATE.name):
        connection.execute(sa.update(STATE).values(phase=phase))


def digest_of(registry: Registry) -> str:
    """Return a hash of the tables that a registry declares: equal hashes, equal tables."""
    said = hashlib.sha256()
    for table in sorted(registry.metadata.tables.values(), key=lambda each: each.name):
        said.update(f"\n{table.name}".encode())
        for column in sorted(table.columns, key=lambda each: each.name):
            keys = sorted(f"{key.target_fullname} {key.ondelete}" for key in column.foreign_keys)
            said.update(f"|{column.name} {column.type!r} {column.nullable} {keys}".encode())
        for constraint in sorted(str(each.name) for each in table.constraints):
            said.update(f"|{constraint}".encode())
        for index in sorted(str(each.name) for each in table.indexes):
            said.update(f"|{index}".encode())
    for info in registry.models.values():
        choices = [[value for value, _label in field.choices] for field in info.fields.values() if field.choices]
        said.update(f"\n{info.name} {info.frozen!r} {choices}".encode())
    return said.hexdigest()[:32]
