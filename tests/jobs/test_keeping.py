"""Housekeeping and the rules that `verify` holds jobs, mails and files to."""

import importlib
import os
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tests.jobs.conftest import JobSite
from tradewright.base.clock import FixedClock, SystemClock
from tradewright.jobs import send_mail
from tradewright.jobs.keeping import clean_up
from tradewright.jobs.rows import JOB, MAIL, table
from tradewright.registry.verify import verify


def found(site: JobSite) -> list[tuple[str, str]]:
    with site.site.env(readonly=True) as env:
        return [(one.code, one.detail) for one in verify(env, site.site.composition.units)]


def change(site: JobSite, model: str, **values: Any) -> None:
    with site.site.database.write.begin() as connection:
        connection.execute(sa.update(table(site.site, model)).values(values))


def test_jobs_that_are_long_done_are_forgotten_and_dead_ones_kept(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="done")
    job_site.defer(jobs.give_up)
    job_site.drain()
    job_site.run(clean_up)
    assert len(job_site.jobs()) == 2
    job_site.site.clock = FixedClock(SystemClock().now() + timedelta(days=15))
    job_site.run(clean_up)
    assert [job.state for job in job_site.jobs()] == ["dead"]


def test_f26_files_that_a_mail_names_are_kept_and_others_collected(job_site: JobSite) -> None:
    part = [("a.txt", "text/plain", b"kept")]
    job_site.run(lambda env: send_mail(env, to="a@example.com", subject="x", text="x", attachments=part, key="1"))
    files = job_site.site.files
    files.put(b"dropped")
    for name in list(files.names()):
        os.utime(files.path(name), (0, 0))
    job_site.run(clean_up)
    assert [files.read(name) for name in files.names()] == [b"kept"]


def test_the_clean_up_is_scheduled(job_site: JobSite) -> None:
    book = importlib.import_module("tradewright.jobs.book").book_of(job_site.site.registry)
    assert book.schedules["core.clean_up"].cron == "17 3 * * *"


def test_a_sound_site_has_no_violation(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="x")
    job_site.run(lambda env: send_mail(env, to="a@example.com", subject="x", text="x", key="1"))
    assert found(job_site) == []
    job_site.drain()
    assert found(job_site) == []


def test_f42_a_dead_job_is_a_notice(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.give_up)
    job_site.drain()
    with job_site.site.env(readonly=True) as env:
        (notice,) = verify(env, job_site.site.composition.units)
    assert (notice.code, notice.notice) == ("core.job-dead", True)
    assert notice.detail == "job 1 (jobtest.give_up): There is nothing to be done."


def test_what_breaks_the_rules_is_found(job_site: JobSite, jobs: Any) -> None:
    part = [("a.txt", "text/plain", b"x")]
    job_site.defer(jobs.work, name="x")
    job_site.drain()
    job_site.run(lambda env: send_mail(env, to="a@example.com", subject="x", text="x", attachments=part, key="1"))
    job_site.drain()
    change(job_site, JOB, attempts=99)
    change(job_site, MAIL, state="queued")
    (name,) = job_site.site.files.names()
    job_site.site.files.path(name).unlink()
    assert found(job_site) == [
        ("core.files", f"core.MailMessage 1 names the file {name}, which is not stored"),
        ("core.job-states", "job 1 (jobtest.work) is done after 99 of 6 attempts"),
        ("core.job-states", "job 2 (core.deliver_mail) is done after 99 of 13 attempts"),
        ("core.mail-delivery", "mail 1 (1) is queued, but no job delivers it"),
    ]


def test_a_job_that_fell_out_of_the_queue_is_found(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="x")
    if job_site.site.database.sqlite:
        assert found(job_site) == []
        return
    with job_site.site.database.write.begin() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    assert found(job_site) == [("core.job-in-queue", "job 1 (jobtest.work) is queued, but in no queue")]


def test_a_job_that_nobody_runs_is_a_notice(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="x")
    job_site.site.clock = FixedClock(SystemClock().now() + timedelta(hours=7))
    ((code, detail),) = found(job_site)
    assert code == "core.job-waiting"
    assert detail.endswith("start `tradewright worker`")
