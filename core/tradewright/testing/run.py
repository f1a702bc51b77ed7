"""The folder that all workers of a test run share: clusters and templates, gone when the run is over."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tradewright.testing.binaries import Unavailable
from tradewright.testing.postgres import shared_cluster, stop_shared_clusters

if TYPE_CHECKING:
    from tradewright.testing.databases import Databases

FOLDER = "TRADEWRIGHT_TEST_RUN"
OWNER = "TRADEWRIGHT_TEST_OWNER"
GIVEN_POSTGRES = "TRADEWRIGHT_TEST_POSTGRES"
_GIVEN_USED = "given.lock"


def announce() -> None:
    """Name the run's folder; xdist's workers, started later, inherit the name by the environment."""
    name = f"tradewright-tests-{os.getpid()}-{secrets.token_hex(4)}"
    os.environ[FOLDER] = str(Path(tempfile.gettempdir(), name))
    os.environ[OWNER] = str(os.getpid())


def folder() -> Path:
    """Return the folder, made when it is first needed: most runs of a project elsewhere need none."""
    found = Path(os.environ[FOLDER])
    if not found.is_dir():
        _remove_what_killed_runs_left()
        found.mkdir(mode=0o700, exist_ok=True)
    return found


def end() -> None:
    """Stop what the run started, if it is this process's run."""
    if os.environ.get(OWNER) != str(os.getpid()):
        return
    found = Path(os.environ[FOLDER])
    if not found.is_dir():
        return
    if (found / _GIVEN_USED).exists():
        databases(os.environ[GIVEN_POSTGRES]).drop_run()
    stop_shared_clusters(found)
    shutil.rmtree(found, ignore_errors=True)


def cluster_url(*, durable: bool = False) -> str:
    """Return the URL of a PostgreSQL cluster: a given one, or one of the run's own (always when it must keep fsync on).

    Raises `Unavailable` where this machine has neither.
    """
    given = os.environ.get(GIVEN_POSTGRES)
    if given and not durable:
        (folder() / _GIVEN_USED).touch()
        return given
    if os.name != "posix" or not Path("/proc").is_dir():
        raise Unavailable(f"PostgreSQL is started on Linux only: set {GIVEN_POSTGRES}.")
    return shared_cluster(folder(), owner=int(os.environ[OWNER]), durable=durable).url


def databases(url: str) -> Databases:
    """Return what makes and drops the databases of this process in a cluster."""
    from tradewright.testing.databases import Databases

    return Databases(url, folder())


def _remove_what_killed_runs_left() -> None:
    """Remove the notes of runs that are gone; their clusters ended with them."""
    for left in Path(tempfile.gettempdir()).glob("tradewright-tests-*-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
