"""The runner inside the server process, for sites in SQLite files: threads that run jobs and look at the clock.

One process of the machine runs the jobs of a site: the one that holds the lock of the file beside the database. The
kernel lets go of it when the process dies, however it dies; whoever gets it next knows that no job can still be running
and queues again what is marked so. The server's other processes wait for the lock.
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from tradewright.jobs.book import book_of
from tradewright.jobs.declare import QUEUES, Backoff, Queue
from tradewright.jobs.outbox import JobOutbox
from tradewright.jobs.rows import JOB, execute, table
from tradewright.jobs.schedules import TICK_SECONDS, settle, tick
from tradewright.jobs.work import INTERRUPTED, due, next_job, run_claimed
from tradewright.orm import SYSTEM, Env

if TYPE_CHECKING:
    from tradewright.jobs.site import Site

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How soon a job is found that another process deferred, or whose time has come."""


class EmbeddedRunner:
    """Runs the jobs of SQLite sites in threads of this process: one for each queue, one for the clock.

    Start it after the server has forked. `stop` lets running jobs end.
    """

    def __init__(self, sites: Sequence[Site], *, poll: float = POLL_SECONDS) -> None:
        self._lots = [_Lot(site) for site in sites]
        self._poll = poll
        self._stopping = threading.Event()
        self._changed = {queue: threading.Event() for queue in QUEUES}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads."""
        for lot in self._lots:
            if isinstance(lot.site.outbox, JobOutbox):
                lot.site.outbox.wakers.append(self.wake)
        self._threads = [
            threading.Thread(target=self._work, args=(queue,), name=f"jobs-{queue}", daemon=True) for queue in QUEUES
        ]
        self._threads.append(threading.Thread(target=self._watch, name="jobs-clock", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 30.0) -> None:
        """Let running jobs end, for at most `seconds`, and give the locks back."""
        self._stopping.set()
        self.wake()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        for lot in self._lots:
            if isinstance(lot.site.outbox, JobOutbox) and self.wake in lot.site.outbox.wakers:
                lot.site.outbox.wakers.remove(self.wake)
            if not any(thread.is_alive() for thread in self._threads):
                lot.release()

    def wake(self) -> None:
        """Look for jobs at once; called after each commit that deferred some."""
        for event in self._changed.values():
            event.set()

    def _watch(self) -> None:
        """Take the locks that are free, and start the schedules of the sites whose locks we hold."""
        while not self._stopping.is_set():
            for lot in self._lots:
                with _enduring(f"the clock of site {lot.site.name}"):
                    if lot.held or lot.take():
                        tick(lot.site)
            if any(lot.fresh for lot in self._lots):
                self.wake()
            self._stopping.wait(TICK_SECONDS if all(lot.held for lot in self._lots) else self._poll)

    def _work(self, queue: Queue) -> None:
        changed = self._changed[queue]
        while not self._stopping.is_set():
            changed.clear()
            # One job of each site in turn, so that a site with many does not keep the others waiting.
            while any([self._run_one(lot, queue) for lot in self._lots]) and not self._stopping.is_set():  # noqa: C419 - each site has its turn
                pass
            changed.wait(self._poll)

    def _run_one(self, lot: _Lot, queue: Queue) -> bool:
        ran = False
        if lot.held and not self._stopping.is_set():
            with _enduring(f"the jobs of site {lot.site.name}"):
                ran = run_next(lot.site, queue)
        return ran


class _Lot:
    """A site and our hold on its jobs."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.held = False
        self._fresh = False
        self._file: IO[bytes] | None = None

    @property
    def fresh(self) -> bool:
        """Tell, once, that the lock was taken."""
        fresh, self._fresh = self._fresh, False
        return fresh

    def take(self) -> bool:
        path = self.site.database.url.database
        if path and path != ":memory:":
            file = Path(f"{path}-jobs").open("ab")  # noqa: SIM115 - open for as long as the lock is held
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._file = file
        recover(self.site)
        settle(self.site)
        self.held = self._fresh = True
        return True

    def release(self) -> None:
        self.held = False
        if self._file:
            self._file.close()
            self._file = None


def run_next(site: Site, queue: Queue) -> bool:
    """Run the oldest job of a queue that is due; tell whether there was one."""
    # Looked at by reading first: an idle runner must not take the write lock of the database every second.
    with site.database.read.connect() as connection:
        if connection.scalar(due(site, queue, site.clock.now())) is None:
            return False
    claim = next_job(site, queue)
    if claim is None:
        return False
    run_claimed(site, claim)
    return True


def run_all(site: Site, *, at_most: int = 10_000) -> int:
    """Run every job that is due in this thread, also those that they defer; return how many. For tests and commands."""
    ran = 0
    while ran < at_most and any(run_next(site, queue) for queue in QUEUES):
        ran += 1
    return ran


def recover(site: Site) -> None:
    """Queue again, or bury, the jobs that are marked as running; the caller knows that none of them is."""

    def back(env: Env) -> None:
        jobs = table(site, JOB)
        book = book_of(site.registry)
        for row in execute(env, sa.select(jobs).where(jobs.c.state == "running")).all():
            backoff = book.jobs[row.name].backoff if row.name in book.jobs else Backoff()
            values: dict[str, object] = {"state": "queued", "run_at": None}
            if row.attempts >= row.max_attempts:
                values = {"state": "dead", "finished_at": env.now}
            elif row.attempts > 1:
                # The first time it was hardly the job's fault, so it goes on at once; from then on it may be.
                values["run_at"] = env.now + backoff.wait(row.attempts, str(row.id))
            execute(env, sa.update(jobs).where(jobs.c.id == row.id).values(last_error=INTERRUPTED, **values))

    site.run(back, SYSTEM)


@contextmanager
def _enduring(what: str) -> Generator[None]:
    """Let a thread outlive whatever goes wrong in one turn: a full disk, a locked database."""
    try:
        yield
    except Exception:
        log.exception("%s: this turn failed, the next one comes", what)
        time.sleep(POLL_SECONDS)
