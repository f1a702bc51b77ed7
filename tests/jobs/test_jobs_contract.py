"""What every runner of jobs promises, on both databases by the worker that belongs to each."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.jobs.conftest import JobSite
from tradewright.base import Conflict, Forbidden
from tradewright.jobs.models import Job
from tradewright.jobs.work import next_job, run_claimed, run_job
from tradewright.orm import SYSTEM, Actor, Env, select
from tradewright.testing import count_statements


def test_f2_nothing_runs_before_commit_and_nothing_after_a_rollback(job_site: JobSite, jobs: Any) -> None:
    with job_site.site.env() as env:
        env.defer(jobs.work, name="committed")
        assert job_site.jobs() == []
    assert [job.state for job in job_site.jobs()] == ["queued"]

    def rolled_back(env: Env) -> None:
        env.defer(jobs.work, name="rolled back")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        job_site.run(rolled_back)
    job_site.drain()
    assert job_site.effects() == ["committed"]


def test_a_job_runs_as_who_deferred_it_with_its_parameters(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="with", more={"b": 2, "a": 1})
    job_site.drain()
    assert job_site.effects() == ["with [('a', 1), ('b', 2)]"]
    effect = job_site.run(lambda env: env.one(jobs.Effect, 1))
    assert (effect.user, effect.language, effect.rights) == (7, "de", "staff")
    done = job_site.job()
    assert (done.state, done.attempts, done.user_id, done.last_error) == ("done", 1, 7, None)
    assert done.finished_at >= done.started_at


def test_a_job_has_no_more_rights_than_who_deferred_it(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, Actor(kind="anonymous"), name="secret")
    job_site.drain()
    assert job_site.effects() == []
    assert job_site.job().state == "queued"
    assert "Your role" in job_site.job().last_error


def test_a_job_of_a_user_who_is_gone_is_dead(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, Actor(kind="staff", user_id=8), name="ghost")
    job_site.drain()
    assert (job_site.job().state, job_site.job().attempts) == ("dead", 1)
    assert job_site.job().last_error == "the user 8 who queued this job is no longer active"


def test_jobs_defer_jobs(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.chain, length=3)
    job_site.drain()
    assert job_site.effects() == ["link 3", "link 2", "link 1"]


def test_a_failed_job_leaves_nothing_and_comes_again_later_each_time(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.fail, name="half")
    waits = []
    for _attempt in range(2):
        before = datetime.now(UTC)
        job_site.drain()
        job_site.drain()
        waits.append(round((job_site.job().run_at - before) / timedelta(hours=1)))
        assert (job_site.job().state, job_site.job().attempts) == ("queued", len(waits))
        job_site.make_due()
    assert waits == [1, 2]
    job_site.drain()
    assert (job_site.job().state, job_site.job().attempts) == ("dead", 3)
    assert job_site.effects() == []


def test_the_error_of_a_job_is_told_without_secrets(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.fail, name="half")
    job_site.drain()
    error = job_site.job().last_error
    assert error == "RuntimeError: the password=*** of postgresql://erp:***@db/erp is wrong (line 31 of fail)"


def test_a_job_that_fails_and_then_works_has_its_effect_once(job_site: JobSite, jobs: Any, tmp_path: Path) -> None:
    job_site.defer(jobs.fail_until, marker=str(tmp_path / "count"), attempt=3)
    for _attempt in range(4):
        job_site.make_due()
        job_site.drain()
    assert job_site.effects() == ["attempt 3"]
    assert (job_site.job().state, job_site.job().attempts) == ("done", 3)


def test_f42_a_poisonous_job_does_not_hold_up_the_others(job_site: JobSite, jobs: Any) -> None:
    with job_site.site.env() as env:
        env.defer(jobs.fail, name="poison")
        env.defer(jobs.give_up)
        for number in range(3):
            env.defer(jobs.work, name=f"good {number}")
    job_site.drain()
    assert sorted(job_site.effects()) == ["good 0", "good 1", "good 2"]


def test_f42_a_dead_job_is_seen_and_an_administrator_runs_it_again(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.give_up)
    job_site.drain()
    assert (job_site.job().state, job_site.job().last_error) == ("dead", "There is nothing to be done.")
    admin = Actor(kind="staff", user_id=7, roles=frozenset({"core.admin", "core.reader"}))
    with job_site.site.env(admin) as env:
        dead = env.all(select(env[Job]).where(env[Job].state == "dead"))
        env[Job].retry(env, dead)
    assert (job_site.job().state, job_site.job().attempts) == ("queued", 0)
    job_site.drain()
    assert (job_site.job().state, job_site.job().attempts) == ("dead", 1)


def test_only_administrators_run_jobs_again_and_only_dead_ones(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="done")
    job_site.drain()
    done = job_site.run(lambda env: env.one(Job, 1))
    with pytest.raises(Forbidden), job_site.site.env(Actor(kind="staff", user_id=7)) as env:
        env[Job].retry(env, [done])
    with pytest.raises(Conflict), job_site.site.env(SYSTEM) as env:
        env[Job].retry(env, [done])


def test_a_job_runs_once_however_often_it_is_started(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="once")
    assert [run_job(job_site.site, 1).state for _time in range(3)] == ["done", "skipped", "skipped"]
    job_site.drain()
    assert job_site.effects() == ["once"]


def test_con17_many_threads_never_claim_one_job_twice(job_site: JobSite, jobs: Any) -> None:
    with job_site.site.env() as env:
        for number in range(12):
            env.defer(jobs.work, name=str(number))
    barrier, errors = threading.Barrier(4), list[BaseException]()

    def compete() -> None:
        barrier.wait(10)
        try:
            while claim := next_job(job_site.site, "inside"):
                run_claimed(job_site.site, claim)
        except BaseException as error:  # noqa: BLE001 - carried to the test's own thread
            errors.append(error)

    _in_threads(compete, 4)
    assert errors == []
    assert sorted(job_site.effects(), key=int) == [str(number) for number in range(12)]
    assert {job.attempts for job in job_site.jobs()} == {1}


def test_con17_a_worker_that_was_given_up_finds_its_job_taken(job_site: JobSite, jobs: Any) -> None:
    job_site.defer(jobs.work, name="once")
    lost = next_job(job_site.site, "inside")
    assert lost is not None
    assert run_job(job_site.site, lost.id).state == "done"
    assert run_claimed(job_site.site, lost).state == "skipped"
    assert job_site.effects() == ["once"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_f2_a_failure_at_any_statement_of_a_job_leaves_its_effect_exactly_once(
    job_site: JobSite, jobs: Any, moment: str
) -> None:
    site = job_site.site
    for number in range(1, 30):
        job_site.defer(jobs.work, name=f"job {number}")
        point = _FailPoint(number, moment)
        event.listen(site.database.engine, f"{moment}_cursor_execute", point)
        try:
            job_site.drain()
        except ConnectionAbortedError:
            pass
        finally:
            event.remove(site.database.engine, f"{moment}_cursor_execute", point)
        if not point.hit:
            break
        _restart(job_site)
        assert job_site.effects().count(f"job {number}") == 1
    else:
        pytest.fail("a job has more than 30 statements")
    assert number > 5


def test_the_jobs_of_a_transaction_cost_one_statement_and_one_for_procrastinate(job_site: JobSite, jobs: Any) -> None:
    counts = []
    for jobs_deferred in (1, 50):
        with count_statements(job_site.site) as statements, job_site.site.env() as env:
            for number in range(jobs_deferred):
                env.defer(jobs.work, name=str(number))
        counts.append((len(statements.about("core_job")), len(statements.about("procrastinate"))))
    assert counts == [(1, 0 if job_site.site.database.sqlite else 1)] * 2


def test_outside_jobs_have_transactions_before_and_after_the_call(job_site: JobSite, jobs: Any, tmp_path: Path) -> None:
    job_site.defer(jobs.call, marker=str(tmp_path / "calls"), fails=2)
    for _attempt in range(4):
        job_site.make_due()
        job_site.drain()
    assert (tmp_path / "calls").read_text() == "call\n" * 3
    assert job_site.effects() == ["before", "before", "before", "after"]
    assert job_site.job().state == "done"


class _FailPoint:
    """Raises at one statement."""

    def __init__(self, at: int, moment: str) -> None:
        self.left, self.hit, self.__name__ = at, False, f"fail_{moment}"

    def __call__(self, *_arguments: object) -> None:
        self.left -= 1
        if self.left == 0:
            self.hit = True
            raise ConnectionAbortedError("the fail point")


def _restart(job_site: JobSite) -> None:
    """Do what a new worker does after the one before it died."""
    from tradewright.jobs.embedded import recover

    if job_site.site.database.sqlite:
        recover(job_site.site)
    else:
        with job_site.site.database.write.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing'"
            )
    job_site.make_due()
    job_site.drain()


def _in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
