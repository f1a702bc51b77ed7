"""Declaring and deferring jobs: every mistake is told at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.jobs.conftest import JobSite
from tradewright.base import DeveloperError
from tradewright.jobs import Backoff, job, schedule
from tradewright.jobs.declare import JOBS
from tradewright.orm import Env

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def refused(job_site: JobSite, function: Any, **payload: Any) -> str:
    with pytest.raises(DeveloperError) as caught:
        job_site.defer(function, **payload)
    assert job_site.jobs() == []
    return str(caught.value)


@on_sqlite
def test_an_unknown_parameter_is_told_with_the_nearest(job_site: JobSite, jobs: Any) -> None:
    assert refused(job_site, jobs.work, nam="x").splitlines() == [
        "[jobs.payload] the job has no such parameter",
        f"  where:  tradewright_jobtest.jobs:{JOBS[jobs.work].line} (work)",
        "  value:  'nam'",
        "  nearest: name",
        "  remedy: call env.defer(work, more=..., name=...)",
    ]


@on_sqlite
def test_a_missing_parameter_is_told(job_site: JobSite, jobs: Any) -> None:
    assert "the job needs this parameter" in refused(job_site, jobs.work)


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), Decimal(1), datetime(2026, 1, 1, tzinfo=UTC), object(), {1: 2}, {"a": [{1, 2}]}]
)
@on_sqlite
def test_a_payload_is_json_without_floats(job_site: JobSite, jobs: Any, value: Any) -> None:
    assert "a job's payload is JSON without floats" in refused(job_site, jobs.work, name=value)


@on_sqlite
def test_a_payload_is_ids_not_data(job_site: JobSite, jobs: Any) -> None:
    assert "hand over ids and read the records in the job" in refused(job_site, jobs.work, name="x" * 70_000)


@on_sqlite
def test_a_function_that_is_no_job_is_refused_with_the_nearest(job_site: JobSite, jobs: Any) -> None:
    message = refused(job_site, jobs.leave, name="x")
    assert "no job of the enabled addons is this function" in message
    assert "declare it with @job in the addon's jobs.py, and enable the addon" in message


@on_sqlite
def test_a_job_of_an_addon_that_is_gone_is_dead_and_says_why(job_site: JobSite, jobs: Any) -> None:
    from tradewright.jobs.rows import JOB, table

    job_site.defer(jobs.work, name="x")
    with job_site.site.database.write.begin() as connection:
        connection.execute(table(job_site.site, JOB).update().values(name="gone.work"))
    job_site.drain()
    assert job_site.job().state == "dead"
    assert "enable the addon and run the job again" in job_site.job().last_error


@pytest.mark.parametrize("cron", ["", "* * * *", "0 6 * * * *", "@daily", "0 6 * * $"])
def test_a_schedule_that_is_none_is_told_where_it_stands(cron: str) -> None:
    def remind(env: Env) -> None: ...

    with pytest.raises(DeveloperError, match=r"where: +.*remind"):
        schedule(cron)(remind)


def test_a_job_takes_named_parameters() -> None:
    def loose(*arguments: Any) -> None: ...

    with pytest.raises(DeveloperError, match=r"write def remind\(env: Env, invoice_id: int\) -> None"):
        job()(loose)


def test_waits_grow_are_bounded_and_differ_from_job_to_job() -> None:
    backoff = Backoff(first=10, factor=4, most=600, jitter=0)
    assert [backoff.wait(attempt, "1").total_seconds() for attempt in range(1, 6)] == [10, 40, 160, 600, 600]
    assert Backoff().wait(1000, "1") <= timedelta(hours=8)
    waits = {Backoff(jitter=0.2).wait(1, str(job_id)) for job_id in range(50)}
    assert len(waits) == 50
    assert all(timedelta(seconds=8) <= wait <= timedelta(seconds=12) for wait in waits)
