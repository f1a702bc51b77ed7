"""What uninstalled addons left behind: listed, and dropped for good after a backup."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradewright.app.lifecycle.lock import life_cycle_lock
from tradewright.base import DeveloperError, nearest
from tradewright.migrations import Migrations
from tradewright.registry.install import changing
from tradewright.registry.parking import Parked, drop, parked_tables, rows_of

if TYPE_CHECKING:
    from tradewright.app.site import Site
    from tradewright.orm.database import Connection


def list_parked(site: Site) -> list[Parked]:
    """Return what is parked on a site, the latest first."""
    with site.database.read.connect() as connection:
        return parked_tables(connection)


def choose_parked(site: Site, names: Sequence[str]) -> list[Parked]:
    """Return what is parked of these addons, or under these names of tables; all of them have to be there."""
    rows = list_parked(site)
    known = {name for row in rows for name in _names(row)}
    for name in names:
        if name not in known:
            raise DeveloperError(
                "lifecycle.not-parked",
                "nothing of this name is parked",
                where=f"site {site.name}",
                value=name,
                near=nearest(name, known),
                remedy="name an addon or a table as `tradewright addon parked` lists them",
            )
    return [row for row in rows if _names(row) & set(names)]


def _names(row: Parked) -> set[str]:
    return {*row.addon.split(", "), row.source, row.name}


def drop_parked(site: Site, rows: Sequence[Parked], backup: Path) -> None:
    """Write what is parked to a ZIP file (a file of JSON lines for each table), then drop it.

    The file is whole and on the disk before anything is dropped; an existing one is never overwritten.
    """
    with life_cycle_lock(site.database, site.name), changing(site.database) as connection:
        _back_up(connection, rows, backup)
        drop(connection, [row.name for row in rows])
        left = {addon for row in parked_tables(connection) for addon in row.addon.split(", ")}
        for addon in sorted({addon for row in rows for addon in row.addon.split(", ")} - left):
            Migrations(site.composition.addons).purged(connection, addon)


def _back_up(connection: Connection, rows: Sequence[Parked], backup: Path) -> None:
    draft = backup.with_name(f"{backup.name}.draft")
    if backup.exists():
        raise DeveloperError(
            "lifecycle.backup-exists",
            "the file for the backup is there already; nothing was dropped",
            where=str(backup),
            remedy="name a file that does not exist yet",
        )
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("parked.json", json.dumps([row.to_json() for row in rows], indent=2))
        for row in rows:
            with archive.open(f"{row.name}.jsonl", "w") as member, TextIOWrapper(member, encoding="utf-8") as stream:
                for values in rows_of(connection, row.name):
                    stream.write(json.dumps(values, ensure_ascii=False, default=_plain) + "\n")
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.replace(backup)


def _plain(value: Any) -> str:
    """Decimals, moments and bytes as text; nothing is rounded."""
    return value.hex() if isinstance(value, bytes) else str(value)
