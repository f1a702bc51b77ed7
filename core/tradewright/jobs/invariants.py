"""What must hold of jobs, mails and files at any moment, and what an administrator should know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from tradewright.jobs.keeping import named_files
from tradewright.jobs.rows import JOB, MAIL, execute, table
from tradewright.orm import Env
from tradewright.registry.verify import invariant

_PENDING = ("queued", "running")
_WAITING_HOURS = 6


@invariant("core.job-states")
def job_states(env: Env) -> Iterator[str]:
    """A job has at most its allowed attempts, and an end if and only if it is done or dead."""
    jobs = table(env.site, JOB)
    ended = jobs.c.state.in_(("done", "dead"))
    wrong = sa.or_(
        jobs.c.attempts > jobs.c.max_attempts,
        sa.and_(ended, jobs.c.finished_at.is_(None)),
        sa.and_(~ended, jobs.c.finished_at.is_not(None)),
    )
    for row in execute(env, sa.select(jobs).where(wrong)):
        yield f"job {row.id} ({row.name}) is {row.state} after {row.attempts} of {row.max_attempts} attempts"


@invariant("core.job-in-queue")
def job_in_queue(env: Env) -> Iterator[str]:
    """On PostgreSQL, a job that is not ended is in procrastinate's queue, so that a worker will find it."""
    if env.site.database.sqlite:
        return
    jobs = table(env.site, JOB)
    queued = sa.table("procrastinate_jobs", sa.column("args", sa.JSON), sa.column("status", sa.Text))
    known = sa.select(sa.cast(queued.c.args["job"].as_string(), sa.BigInteger)).where(
        sa.cast(queued.c.status, sa.Text).in_(("todo", "doing"))
    )
    for row in execute(env, sa.select(jobs).where(jobs.c.state.in_(_PENDING), jobs.c.id.not_in(known))):
        yield f"job {row.id} ({row.name}) is {row.state}, but in no queue"


@invariant("core.mail-delivery")
def mail_delivery(env: Env) -> Iterator[str]:
    """A mail that is not sent has a job that delivers it, or failed with a dead one."""
    jobs, mails = table(env.site, JOB), table(env.site, MAIL)
    deliveries = sa.select(jobs.c.payload, jobs.c.state).where(
        jobs.c.name == "core.deliver_mail", jobs.c.state != "done"
    )
    alive, dead = set[int](), set[int]()
    for row in execute(env, deliveries):
        (dead if row.state == "dead" else alive).add(row.payload["mail"])
    for row in execute(env, sa.select(mails.c.id, mails.c.state, mails.c.key).where(mails.c.state != "sent")):
        if row.id not in alive and not (row.state == "failed" and row.id in dead):
            yield f"mail {row.id} ({row.key}) is {row.state}, but no job delivers it"


@invariant("core.files")
def files(env: Env) -> Iterator[str]:
    """Every file that a record names is stored."""
    for owner, name in named_files(env):
        if not env.site.files.exists(name):
            yield f"{owner} names the file {name}, which is not stored"


@invariant("core.job-dead", notice=True)
def job_dead(env: Env) -> Iterator[str]:
    """A job that failed for the last time waits for an administrator."""
    jobs = table(env.site, JOB)
    for row in execute(env, sa.select(jobs).where(jobs.c.state == "dead").order_by(jobs.c.id)):
        yield f"job {row.id} ({row.name}): {row.last_error or 'no reason is known'}"


@invariant("core.job-waiting", notice=True)
def job_waiting(env: Env) -> Iterator[str]:
    """A job that has been due for hours without an attempt means that no worker runs."""
    jobs = table(env.site, JOB)
    due_since = sa.func.coalesce(jobs.c.run_at, jobs.c.created_at)
    long_ago = env.now - timedelta(hours=_WAITING_HOURS)
    for row in execute(env, sa.select(jobs).where(jobs.c.state == "queued", due_since < long_ago)):
        yield f"job {row.id} ({row.name}) waits since {row.created_at:%Y-%m-%d %H:%M} UTC: start `tradewright worker`"
