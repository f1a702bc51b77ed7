"""A private PostgreSQL cluster that never outlives the process it is for."""

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tradewright.testing.binaries import find_postgres

GUARD = Path(__file__).with_name("postgres_guard.py")
MEMORY = "/dev/shm"  # noqa: S108  # the name of the file system in memory
ROOM = 3 * 2**30
"""Bytes that must be free there: a run of the tests leaves less than half of that at a time."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster: `url` is its superuser's, `postmaster` the process to watch or to kill."""

    url: str
    postmaster: int
    guard: int
    folder: str

    def stop(self) -> None:
        """End the cluster and remove its files. Harmless when it is gone already."""
        with suppress(ProcessLookupError):
            os.kill(self.guard, signal.SIGTERM)
        wait_for_end(self.guard)
        wait_for_end(self.postmaster)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def cluster(*, durable: bool = False) -> Generator[Cluster]:
    """Start a cluster for a block of code; `durable` keeps fsync on."""
    started = start_cluster(owner=os.getpid(), durable=durable)
    try:
        yield started
    finally:
        started.stop()


def shared_cluster(run_folder: Path, *, owner: int, durable: bool) -> Cluster:
    """Return the cluster of a test run, started by whichever of its workers asks first."""
    note = run_folder / f"postgres-{'durable' if durable else 'fast'}.json"
    with locked(note.with_suffix(".lock")):
        if not note.exists():
            note.write_text(json.dumps(asdict(start_cluster(owner=owner, durable=durable))))
    return Cluster(**json.loads(note.read_text()))


def stop_shared_clusters(run_folder: Path) -> None:
    """Stop whatever `shared_cluster` started for this run."""
    for note in run_folder.glob("postgres-*.json"):
        Cluster(**json.loads(note.read_text())).stop()


def start_cluster(*, owner: int, durable: bool = False) -> Cluster:
    """Start a cluster that lives until `stop` is called or the process `owner` is gone, however it went."""
    binaries = find_postgres()  # Unavailable where there is none; any other failure is an error, no reason to skip
    folder = tempfile.mkdtemp(prefix="tradewright-pg-", dir=_folder(durable=durable))
    # The guard is its own session: the Ctrl-C that ends the tests must not end the cluster below their teardown.
    guard = subprocess.Popen(
        [sys.executable, "-I", str(GUARD), str(binaries), folder, str(owner), "durable" if durable else "fast"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    assert guard.stdout is not None
    with guard.stdout:
        answer = json.loads(guard.stdout.readline() or '{"error": "its guard died"}')
    if "error" in answer:
        guard.wait()
        shutil.rmtree(folder, ignore_errors=True)
        message = f"PostgreSQL did not start: {answer['error']}"
        raise RuntimeError(message)
    guard.returncode = 0  # not ours to wait for: it outlives a worker that started it, and Popen would warn
    return Cluster(url=answer["url"], postmaster=answer["postmaster"], guard=guard.pid, folder=folder)


def wait_for_end(process: int, *, seconds: float = 20) -> bool:
    """Wait until a process is gone; a child of ours is reaped."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        ended = bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)
    with suppress(ChildProcessError):
        os.waitpid(process, os.WNOHANG)
    return ended


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold a lock that other processes see, too."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder(*, durable: bool) -> str:
    """Return where a cluster lives: in memory if there is room, where a database is copied ten times as fast.

    Otherwise, and for a durable one, where temporary files go, unless a socket's path would be too long there.
    """
    if not durable and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"  # noqa: S108
