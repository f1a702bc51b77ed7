"""Running one job: claimed, run, marked done; or failed, and queued again or dead.

Three transactions at most. The first claims the job and counts the attempt, so that a job which kills its worker
each time ends as dead, too. The second runs the function and marks the job done: both or neither. The third, after
a failure, says when the next attempt is due. Each names the attempt it belongs to, so a worker that was given up
for dead and comes back finds that the job is no longer its own.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tradewright.base import DeveloperError, TradewrightError
from tradewright.hooks.people import actor_for
from tradewright.jobs.book import book_of
from tradewright.jobs.declare import Backoff, Job
from tradewright.jobs.rows import JOB, aside, execute, table
from tradewright.orm import ANONYMOUS, SYSTEM, Actor, Env

if TYPE_CHECKING:
    from tradewright.jobs.site import Site

T = TypeVar("T")
log = logging.getLogger(__name__)

_SECRETS = re.compile(
    r"(://[^:/@\s]*:)[^@/\s]+(?=@)|((?:password|passwd|secret|token|api_?key|authorization)['\"]?\s*[=:]\s*)\S+",
    re.IGNORECASE,
)
_ERROR_LENGTH = 2_000
WAIT_FOR_ADDON = timedelta(minutes=10)
INTERRUPTED = "The process that ran this job ended before the job did."


class GiveUp(Exception):
    """Raised by a job that no repetition can help: it is dead at once, with this reason."""


class Superseded(Exception):
    """This attempt is no longer the job's own: another worker has taken it over, or an administrator has."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: `done`, `dead`, `queued` again for `run_at`, or `skipped` because it was not to be run."""

    state: Literal["done", "dead", "queued", "skipped"]
    run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a job, and on whose behalf."""

    id: int
    name: str
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    actor_kind: str
    user_id: int | None
    company_id: int | None
    language: str
    request: str


class Work:
    """What an outside job works with: units of work of its own, one after the other, with nothing open in between."""

    def __init__(self, site: Site, claim: Claim, actor: Actor) -> None:
        self.site = site
        self.claim = claim
        self.actor = actor
        self.finished = False

    def run(self, action: Callable[[Env], T]) -> T:
        """Run an action in a unit of work of the job's actor and commit it. Raises `Superseded`."""
        return self._run(action, finish=False)

    def finish(self, action: Callable[[Env], T]) -> T:
        """Run the last action, in the transaction that marks the job done. Raises `Superseded`."""
        result = self._run(action, finish=True)
        self.finished = True
        return result

    def _run(self, action: Callable[[Env], T], *, finish: bool) -> T:
        def guarded(env: Env) -> T:
            hold(env, self.claim)
            result = action(env)
            if finish:
                mark_done(env, self.claim)
            return result

        return self.site.run(
            guarded,
            self.actor,
            company_id=self.claim.company_id,
            language=self.claim.language,
            request_id=self.claim.request,
        )


def run_job(site: Site, job_id: int) -> Outcome:
    """Run one job, if it is to be run. The caller makes sure that no living worker is at it; see the module's words."""
    claimed = site.run(lambda env: _claim_again(env, job_id), SYSTEM)
    return run_claimed(site, claimed) if isinstance(claimed, Claim) else claimed


def next_job(site: Site, queue: str) -> Claim | None:
    """Claim the oldest job of a queue that is due, if there is one."""
    jobs = table(site, JOB)

    def claim(env: Env) -> Claim | None:
        found = due(site, queue, env.now).with_for_update(skip_locked=True).scalar_subquery()
        return _claim(env, jobs.c.id == found, jobs.c.state == "queued")

    return site.run(claim, SYSTEM)


def due(site: Site, queue: str, now: datetime) -> sa.Select[tuple[int]]:
    """Return the query for the oldest job of a queue that is due."""
    jobs = table(site, JOB)
    waiting = (jobs.c.state == "queued", jobs.c.queue == queue, sa.or_(jobs.c.run_at.is_(None), jobs.c.run_at <= now))
    return sa.select(jobs.c.id).where(*waiting).order_by(jobs.c.id).limit(1)


def run_claimed(site: Site, claim: Claim) -> Outcome:
    """Run a claimed job to its end, whatever that is."""
    declared = book_of(site.registry).jobs.get(claim.name)
    if declared is None and (waits := site.run(lambda env: _wait_for_addon(env, claim), SYSTEM)) is not None:
        return waits
    if declared is None:
        unknown = GiveUp(f"no enabled addon has the job {claim.name!r}: enable the addon and run the job again")
        return _fail(site, claim, unknown, Backoff())
    try:
        _attempt(site, claim, declared)
    except Superseded:
        log.warning("job %s (%s): attempt %s was superseded", claim.id, claim.name, claim.attempt)
        return Outcome("skipped")
    except Exception as error:
        log.warning(
            "job %s (%s) failed, attempt %s of %s",
            claim.id,
            claim.name,
            claim.attempt,
            claim.max_attempts,
            exc_info=True,
        )
        return _fail(site, claim, error, declared.backoff)
    return Outcome("done")


def _attempt(site: Site, claim: Claim, declared: Job) -> None:
    work = Work(site, claim, _actor(site, claim))
    if declared.queue == "inside":
        work.finish(lambda env: declared.function(env, **claim.payload))
        return
    declared.function(work, **claim.payload)
    if not work.finished:
        work.finish(lambda _env: None)


def _wait_for_addon(env: Env, claim: Claim) -> Outcome | None:
    """Put a job back, as if it had not been tried, while its addon is installed and set aside; None where it is not."""
    if claim.name.partition(".")[0] not in aside(env):
        return None
    jobs, again = table(env.site, JOB), env.now + WAIT_FOR_ADDON
    error = f"the addon of the job {claim.name!r} is set aside; `tradewright doctor` says why"
    values = {"state": "queued", "run_at": again, "attempts": jobs.c.attempts - 1, "last_error": error}
    changed = execute(env, sa.update(jobs).where(*_mine(jobs, claim)).values(values))
    return Outcome("queued", again) if changed.rowcount else Outcome("skipped")


def _actor(site: Site, claim: Claim) -> Actor:
    if claim.actor_kind == "system":
        return SYSTEM
    if claim.user_id is None:
        return ANONYMOUS
    user_id = claim.user_id
    with site.env(SYSTEM, readonly=True) as env:
        actor = env.first(actor_for)(env, user_id)
    if actor is None:
        raise GiveUp(f"the user {user_id} who queued this job is no longer active")
    return actor


def _claim_again(env: Env, job_id: int) -> Claim | Outcome:
    """Claim a job that waits or whose worker is dead; bury it if that was its last attempt."""
    jobs = table(env.site, JOB)
    interrupted = jobs.c.state == "running"
    claimed = _claim(
        env,
        jobs.c.id == job_id,
        sa.or_(jobs.c.state == "queued", sa.and_(interrupted, jobs.c.attempts < jobs.c.max_attempts)),
    )
    if claimed:
        return claimed
    buried = {"state": "dead", "finished_at": env.now, "last_error": INTERRUPTED}
    dead = execute(env, sa.update(jobs).where(jobs.c.id == job_id, interrupted).values(buried))
    return Outcome("dead" if dead.rowcount else "skipped")


def _claim(env: Env, *criteria: sa.ColumnElement[bool]) -> Claim | None:
    jobs = table(env.site, JOB)
    statement = (
        sa.update(jobs)
        .where(*criteria)
        .values(
            state="running",
            attempts=jobs.c.attempts + 1,
            started_at=env.now,
            last_error=sa.case((jobs.c.state == "running", INTERRUPTED), else_=jobs.c.last_error),
        )
        .returning(jobs)
    )
    row = execute(env, statement).one_or_none()
    if row is None:
        return None
    return Claim(
        id=row.id,
        name=row.name,
        payload=row.payload,
        attempt=row.attempts,
        max_attempts=row.max_attempts,
        actor_kind=row.actor_kind,
        user_id=row.user_id,
        company_id=row.company_id,
        language=row.language,
        request=row.request,
    )


def hold(env: Env, claim: Claim) -> None:
    """Lock the job's row for this transaction, or raise `Superseded`."""
    jobs = table(env.site, JOB)
    if execute(env, sa.select(jobs.c.id).where(*_mine(jobs, claim)).with_for_update()).one_or_none() is None:
        raise Superseded


def mark_done(env: Env, claim: Claim) -> None:
    """Mark the job done in this transaction."""
    jobs = table(env.site, JOB)
    done = {"state": "done", "finished_at": env.now, "last_error": None}
    execute(env, sa.update(jobs).where(*_mine(jobs, claim)).values(done))


def _mine(jobs: sa.Table, claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return jobs.c.id == claim.id, jobs.c.state == "running", jobs.c.attempts == claim.attempt


def _fail(site: Site, claim: Claim, error: Exception, backoff: Backoff) -> Outcome:
    jobs = table(site, JOB)

    def fail(env: Env) -> Outcome:
        if isinstance(error, GiveUp) or claim.attempt >= claim.max_attempts:
            values: dict[str, Any] = {"state": "dead", "finished_at": env.now}
        else:
            values = {"state": "queued", "run_at": env.now + backoff.wait(claim.attempt, str(claim.id))}
        changed = execute(env, sa.update(jobs).where(*_mine(jobs, claim)).values(last_error=describe(error), **values))
        return Outcome(values["state"], values.get("run_at")) if changed.rowcount else Outcome("skipped")

    return site.run(fail, SYSTEM)


def describe(error: BaseException) -> str:
    """Write an error for administrators: its kind, words and place, without values of SQL and without secrets."""
    if isinstance(error, DBAPIError):
        words = f"{type(error.orig).__name__}: {str(error.orig).splitlines()[0] if str(error.orig) else ''}"
    elif isinstance(error, GiveUp | TradewrightError) and not isinstance(error, DeveloperError):
        words = str(error)
    else:
        words = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" (line {frames[-1].lineno} of {frames[-1].name})" if frames and not isinstance(error, GiveUp) else ""
    return _SECRETS.sub(lambda match: f"{match[1] or match[2]}***", words)[:_ERROR_LENGTH] + place
