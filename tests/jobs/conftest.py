"""A site with jobs of every kind, on both databases, and workers for it."""

import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tradewright.app import Site
from tradewright.base.clock import SystemClock
from tradewright.jobs.embedded import run_all
from tradewright.jobs.rows import JOB, MAIL, table
from tradewright.orm import Actor, Env
from tradewright.testing import SiteFactory, Template

ADDONS = Path(__file__).with_name("addons")
TEMPLATE = Template(addons=("jobtest",), paths=(ADDONS,))
TESTER = Actor(kind="staff", user_id=7, name="Tester", roles=frozenset({"jobtest.user"}), language="de")


@dataclass
class JobSite:
    """A site, and what tests do to its jobs: defer, drain, look."""

    site: Site
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def defer(self, job: Callable[..., Any], actor: Actor = TESTER, **payload: Any) -> None:
        """Defer a job in a transaction of its own."""
        with self.site.env(actor) as env:
            env.defer(job, **payload)

    def drain(self) -> None:
        """Run everything that is due by the worker that belongs to the database."""
        if self.site.database.sqlite:
            run_all(self.site)
        else:
            from tradewright.jobs.worker import Plan, run_workers

            run_workers([self.site], Plan(wait=False))

    def start(self, *, silent: float = 1.5) -> subprocess.Popen[str]:
        """Start a worker process and wait until it works."""
        url = self.site.database.url.render_as_string(hide_password=False)
        script = Path(__file__).with_name("worker_process.py")
        process = subprocess.Popen(
            [sys.executable, str(script), url, str(self.site.files.root), str(silent)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def stop(self) -> None:
        """End all worker processes."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
            if process.stdout:
                process.stdout.close()

    def jobs(self) -> list[Any]:
        """Return all jobs as rows, oldest first."""
        return self._rows(sa.select(table(self.site, JOB)).order_by("id"))

    def job(self) -> Any:
        """Return the only job."""
        (job,) = self.jobs()
        return job

    def mails(self) -> list[Any]:
        """Return all mails as rows, oldest first."""
        return self._rows(sa.select(table(self.site, MAIL)).order_by("id"))

    def effects(self) -> list[str]:
        """Return the names of the effects, oldest first."""
        return [row.name for row in self._rows(sa.select(table(self.site, "jobtest.Effect")).order_by("id"))]

    def make_due(self) -> None:
        """Let the time pass that failed jobs wait for."""
        jobs = table(self.site, JOB)
        with self.site.database.write.begin() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.state == "queued").values(run_at=self.site.clock.now()))
            if not self.site.database.sqlite:
                connection.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")

    def wait(self, done: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, [(job.name, job.state, job.attempts, job.last_error) for job in self.jobs()]
            time.sleep(0.05)

    def run(self, action: Callable[[Env], Any]) -> Any:
        """Run an action with the system's rights."""
        return self.site.run(action)

    def _rows(self, statement: Any) -> list[Any]:
        with self.site.database.read.connect() as connection:
            return list(connection.execute(statement).all())


@pytest.fixture
def job_site(sites: SiteFactory) -> Iterator[JobSite]:
    """A site with the addon `jobtest`, and the machine's clock."""
    made = JobSite(sites.make(TEMPLATE, clock=SystemClock()))
    yield made
    made.stop()


@pytest.fixture
def jobs(job_site: JobSite) -> Any:
    """The jobs of the addon `jobtest`, which is importable since `job_site` was made."""
    del job_site
    return importlib.import_module("tradewright_jobtest.jobs")
