"""Workers that are killed, hang in two at once, or lose their database: real processes, on both databases."""

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.conftest import JobSite


def test_f1_a_job_whose_worker_is_killed_runs_again_and_has_its_effect_once(
    job_site: JobSite, jobs: Any, tmp_path: Path
) -> None:
    job_site.defer(jobs.kill, marker=str(tmp_path / "marker"), times=1)
    first = job_site.start()
    assert first.wait(20) == -signal.SIGKILL
    assert (job_site.job().state, job_site.effects()) == ("running", [])
    job_site.start()
    job_site.wait(lambda: job_site.job().state == "done")
    assert (job_site.job().attempts, job_site.effects()) == (2, ["killed"])


def test_f42_a_job_that_kills_its_worker_each_time_ends_dead_and_lets_the_others_live(
    job_site: JobSite, jobs: Any, tmp_path: Path
) -> None:
    job_site.defer(jobs.kill, marker=str(tmp_path / "marker"), times=99)
    for _attempt in range(3):
        assert job_site.start().wait(30) == -signal.SIGKILL
        job_site.make_due()
    job_site.defer(jobs.work, name="after")
    job_site.start()
    job_site.wait(lambda: job_site.effects() == ["after"])
    job_site.wait(lambda: job_site.jobs()[0].state == "dead")
    assert (tmp_path / "marker").read_text() == "xxx"
    assert "ended before the job did" in job_site.jobs()[0].last_error


def test_con17_two_worker_processes_share_the_jobs_and_run_each_once(job_site: JobSite, jobs: Any) -> None:
    workers = [job_site.start(), job_site.start()]
    with job_site.site.env() as env:
        for number in range(40):
            env.defer(jobs.work, name=str(number))
    job_site.wait(lambda: {job.state for job in job_site.jobs()} == {"done"})
    assert sorted(job_site.effects(), key=int) == [str(number) for number in range(40)]
    assert {job.attempts for job in job_site.jobs()} == {1}
    assert [worker.poll() for worker in workers] == [None, None]


def test_a_waiting_worker_takes_over_when_the_other_is_killed(job_site: JobSite, jobs: Any) -> None:
    first = job_site.start()
    job_site.start()
    job_site.defer(jobs.work, name="before")
    job_site.wait(lambda: job_site.effects() == ["before"])
    first.kill()
    job_site.defer(jobs.work, name="after")
    job_site.wait(lambda: job_site.effects() == ["before", "after"])


def test_f41_a_worker_that_is_asked_to_end_finishes_its_job(job_site: JobSite, jobs: Any) -> None:
    worker = job_site.start()
    job_site.defer(jobs.slow, name="slow", seconds=1)
    job_site.wait(lambda: job_site.job().state == "running")
    time.sleep(0.2)
    worker.terminate()
    assert worker.wait(15) == 0
    assert (job_site.job().state, job_site.effects()) == ("done", ["slow"])


def test_a_deferred_job_starts_within_a_second(job_site: JobSite, jobs: Any) -> None:
    job_site.start()
    time.sleep(0.5)
    began = time.monotonic()
    job_site.defer(jobs.work, name="soon")
    job_site.wait(lambda: job_site.effects() == ["soon"])
    assert time.monotonic() - began < 1


@pytest.mark.long
def test_f1_workers_killed_at_random_moments_lose_nothing_and_double_nothing(job_site: JobSite, jobs: Any) -> None:
    chance, expected = random.Random(4711), list[str]()
    for cycle in range(12):
        worker = job_site.start()
        for number in range(15):
            expected.append(f"{cycle}-{number}")
            job_site.defer(jobs.work, name=expected[-1])
            time.sleep(chance.uniform(0, 0.05))
        time.sleep(chance.uniform(0, 0.3))
        worker.kill()
        worker.wait(5)
    job_site.start()
    job_site.wait(lambda: {job.state for job in job_site.jobs()} == {"done"}, seconds=60)
    assert sorted(job_site.effects()) == sorted(expected)
