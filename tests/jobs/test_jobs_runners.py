"""The runners themselves: one process a SQLite site, one schema a PostgreSQL site, nothing written when idle."""

import importlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.conftest import ADDONS, TEMPLATE, JobSite
from tradewright.addons import discover
from tradewright.app import Compositions, install, open_site
from tradewright.base.clock import SystemClock
from tradewright.base.settings import SiteSettings
from tradewright.jobs.embedded import EmbeddedRunner
from tradewright.testing import SiteFactory, count_statements

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@on_sqlite
def test_a_site_s_jobs_are_run_by_one_runner_and_the_other_takes_over(job_site: JobSite, jobs: Any) -> None:
    first, second = (EmbeddedRunner([job_site.site], poll=0.05) for _runner in range(2))
    first.start()
    job_site.defer(jobs.work, name="first")
    job_site.wait(lambda: job_site.effects() == ["first"])
    second.start()
    time.sleep(0.2)
    first.stop()
    job_site.defer(jobs.work, name="second")
    job_site.wait(lambda: job_site.effects() == ["first", "second"])
    second.stop()


@on_sqlite
def test_an_idle_runner_writes_nothing(job_site: JobSite) -> None:
    runner = EmbeddedRunner([job_site.site], poll=0.05)
    runner.start()
    time.sleep(0.5)
    with count_statements(job_site.site) as statements:
        time.sleep(0.5)
    runner.stop()
    assert statements
    assert [statement for statement in statements if not statement.startswith("SELECT")] == []


@on_sqlite
def test_a_commit_wakes_the_runner_of_its_process(job_site: JobSite, jobs: Any) -> None:
    runner = EmbeddedRunner([job_site.site], poll=30)
    runner.start()
    time.sleep(0.3)
    began = time.monotonic()
    job_site.defer(jobs.work, name="soon")
    job_site.wait(lambda: job_site.effects() == ["soon"])
    assert time.monotonic() - began < 2
    runner.stop()
    assert runner.wake not in job_site.site.outbox.wakers  # type: ignore[attr-defined]  # it is a JobOutbox


@on_sqlite
def test_a_slow_mail_server_holds_up_no_other_job(sites: SiteFactory) -> None:
    site = JobSite(sites.make(TEMPLATE, clock=SystemClock()))
    jobs = importlib.import_module("tradewright_jobtest.jobs")
    from email.message import EmailMessage

    from tradewright.jobs import send_mail
    from tradewright.jobs.outbox import outbox_of

    answered = threading.Event()

    class Slow:
        name = "slow"

        def deliver(self, _message: EmailMessage, _committed: Callable[[], None]) -> str:
            answered.wait(10)
            return ""

    outbox_of(site.site).transport = Slow()
    runner = EmbeddedRunner([site.site], poll=0.05)
    runner.start()
    site.run(lambda env: send_mail(env, to="a@example.com", subject="x", text="x", key="1"))
    site.defer(jobs.work, name="meanwhile")
    site.wait(lambda: site.effects() == ["meanwhile"])
    assert site.mails()[0].state == "queued"
    answered.set()
    site.wait(lambda: site.mails()[0].state == "sent")
    runner.stop()


def test_sites_in_schemas_of_one_database_keep_their_jobs_apart(
    fresh_postgres_database: Callable[[str | None], str], tmp_path: Path
) -> None:
    from tradewright.jobs.worker import Plan, run_workers

    url, composition = fresh_postgres_database(None), Compositions(discover([ADDONS])).get(("jobtest",))
    settings = SiteSettings(name="a", database=url, schema="site_a", files=tmp_path / "a")
    sites = [
        JobSite(open_site(settings, composition)),
        JobSite(open_site(replace(settings, name="b", schema="site_b", files=tmp_path / "b"), composition)),
    ]
    jobs = importlib.import_module("tradewright_jobtest.jobs")
    try:
        for site in sites:
            install(site.site)
            install(site.site)
            site.defer(jobs.chain, length=2)
            site.defer(jobs.work, name=site.site.name)
        run_workers([site.site for site in sites], Plan(wait=False))
        assert [sorted(site.effects()) for site in sites] == [["a", "link 1", "link 2"], ["b", "link 1", "link 2"]]
    finally:
        for site in sites:
            site.site.close()


def test_f5_a_worker_that_loses_its_connections_works_on(job_site: JobSite, jobs: Any) -> None:
    """PostgreSQL only: the connections of the worker are ended, as by a restart of the server."""
    if job_site.site.database.sqlite:
        pytest.skip("a file has no connections to lose")
    worker = job_site.start()
    job_site.defer(jobs.work, name="before")
    job_site.wait(lambda: job_site.effects() == ["before"])
    job_site.site.database.dispose()
    with job_site.site.database.write.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    job_site.defer(jobs.work, name="after")
    job_site.wait(lambda: job_site.effects() == ["before", "after"], seconds=30)
    assert worker.poll() is None
