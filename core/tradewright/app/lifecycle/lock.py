"""One change of addons at a time: a lock that ends with the process that holds it, on the server or beside the file."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from tradewright.orm.database import Database


@contextmanager
def life_cycle_lock(database: Database, site: str) -> Generator[None]:
    """Hold the lock of a site's life cycle for the block; raises `DeveloperError` where somebody else holds it."""
    if database.sqlite:
        with _beside_the_file(Path(database.url.database or ""), site):
            yield
    else:
        with _on_the_server(database, site):
            yield


@contextmanager
def _beside_the_file(file: Path, site: str) -> Generator[None]:
    with file.with_name(f"{file.name}.lifecycle").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(site) from None
        yield


@contextmanager
def _on_the_server(database: Database, site: str) -> Generator[None]:
    said = f"tradewright life cycle {database.schema or ''}"
    key = int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big", signed=True)
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({key})").scalar():
            raise _busy(site)
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({key})")
    finally:
        connection.close()


def _busy(site: str) -> DeveloperError:
    return DeveloperError(
        "lifecycle.busy",
        "somebody else is changing the addons of this site now; nothing was done",
        where=f"site {site}",
        remedy="wait until they are done, then plan again",
    )
