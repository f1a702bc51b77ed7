"""The worker of PostgreSQL sites: any number of them, on any hosts.

procrastinate marks a job as started by a worker; the worker says by a heartbeat that it lives, and the jobs of a worker
that has gone silent are started again. Whether a job is done is for its `core.Job` row to say.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import procrastinate
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from tradewright.jobs.declare import QUEUES
from tradewright.jobs.postgresql import TASK
from tradewright.jobs.schedules import TICK_SECONDS, settle, tick
from tradewright.jobs.work import due, run_job

if TYPE_CHECKING:
    from procrastinate.jobs import Job as ProcrastinateJob

    from tradewright.jobs.site import Site

log = logging.getLogger(__name__)

SILENT_SECONDS = 30.0
"""A worker that has not said for so long that it lives is given up for dead."""
AGAIN_SECONDS = 3.0
"""How long a worker that lost its database waits before it tries again."""


class _Again(Exception):
    """The job is to be started again at a moment that its own record says."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at.isoformat()}")
        self.at = at


class _AsRecorded(BaseRetryStrategy):
    """Starts a job again when its record says so; after a failure of the worker itself soon, and ever again."""

    def get_retry_decision(self, *, exception: BaseException, job: ProcrastinateJob) -> RetryDecision:
        if isinstance(exception, _Again):
            return RetryDecision(retry_at=exception.at)
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=min(5 * 2 ** min(job.attempts, 6), 300)))


def app_for(site: Site) -> procrastinate.App:
    """Return the procrastinate application of a site, with connections of its own into the site's schema."""
    options = f"-c timezone=UTC -c search_path={site.database.schema}" if site.database.schema else "-c timezone=UTC"
    connector = procrastinate.PsycopgConnector(
        conninfo=site.database.url.set(drivername="postgresql").render_as_string(hide_password=False),
        kwargs={"options": options, "connect_timeout": 10},
        min_size=1,
        max_size=4,
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=TASK, retry=_AsRecorded())
    def run(job: int) -> None:
        outcome = run_job(site, job)
        if outcome.state == "queued":
            raise _Again(outcome.run_at or site.clock.now())

    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a worker works.

    `concurrency` jobs of each queue of each site at once; whether it waits for jobs or ends when none is due; after how
    many seconds without a heartbeat another worker counts as dead.
    """

    concurrency: int = 2
    wait: bool = True
    silent: float = SILENT_SECONDS


def run_workers(
    sites: Sequence[Site],
    plan: Plan | None = None,
    *,
    stop: threading.Event | None = None,
    ready: Callable[[], None] | None = None,
) -> None:
    """Run the jobs of PostgreSQL sites until SIGINT, SIGTERM or `stop` asks to end; running jobs end first.

    A worker that loses its database tries again until it is back. `ready` is called when all workers have started. If
    the plan says not to wait, it returns when no job is due.
    """
    asyncio.run(_run(sites, plan or Plan(), stop, ready))


async def _run(
    sites: Sequence[Site], plan: Plan, stop: threading.Event | None, ready: Callable[[], None] | None
) -> None:
    ended = asyncio.ensure_future(_asked_to_end(stop))
    while not ended.done():
        work = asyncio.ensure_future(_work(sites, plan, ready))
        await asyncio.wait([ended, work], return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        failed = next(iter(await asyncio.gather(work, return_exceptions=True)), None)
        if not plan.wait:
            # A job that was running when the queue was found empty may have deferred more.
            if not isinstance(failed, Exception) and await asyncio.to_thread(_anything_due, sites):
                continue
            ended.cancel()
            if isinstance(failed, Exception):
                raise failed
            return
        if not ended.done():
            log.error("the worker stopped, it starts again in %s seconds: %r", AGAIN_SECONDS, failed)
            await asyncio.wait([ended], timeout=AGAIN_SECONDS)


async def _work(sites: Sequence[Site], plan: Plan, ready: Callable[[], None] | None) -> None:
    async with AsyncExitStack() as stack:
        apps = [(site, await stack.enter_async_context(app_for(site).open_async())) for site in sites]
        for site, app in apps:
            await asyncio.to_thread(settle, site)
            await _revive(app, plan.silent)
        workers = [
            asyncio.ensure_future(
                app.run_worker_async(
                    queues=[queue],
                    name=f"{site.name}-{queue}",
                    concurrency=plan.concurrency,
                    wait=plan.wait,
                    delete_jobs="always",
                    fetch_job_polling_interval=2.0,
                    install_signal_handlers=False,
                    update_heartbeat_interval=plan.silent / 3,
                    stalled_worker_timeout=plan.silent,
                )
            )
            for site, app in apps
            for queue in QUEUES
        ]
        sides = [asyncio.ensure_future(_watch(site, app, plan.silent)) for site, app in apps]
        if ready:
            ready()
        try:
            # One that ends while it should wait has lost its database: all of them start again.
            await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED if plan.wait else asyncio.ALL_COMPLETED)
        finally:
            for task in (*sides, *workers):
                task.cancel()
            results = await asyncio.gather(*workers, return_exceptions=True)
            await asyncio.gather(*sides, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


def _anything_due(sites: Sequence[Site]) -> bool:
    for site in sites:
        with site.database.read.connect() as connection:
            for queue in QUEUES:
                if connection.scalar(due(site, queue, site.clock.now())) is not None:
                    return True
    return False


async def _asked_to_end(stop: threading.Event | None) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, asked.set)
    while not asked.is_set() and not (stop and stop.is_set()):
        with suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), 0.2 if stop else None)


async def _watch(site: Site, app: procrastinate.App, silent: float) -> None:
    """Start schedules and revive jobs of dead workers, for as long as the worker runs."""
    while True:
        await asyncio.sleep(min(TICK_SECONDS, silent / 2))
        try:
            await asyncio.to_thread(tick, site)
            await _revive(app, silent)
        except Exception:
            log.exception(
                "site %s: schedules and silent workers could not be looked at, the next turn comes", site.name
            )


async def _revive(app: procrastinate.App, silent: float) -> None:
    """Start the jobs of workers again that have been silent for too long."""
    await app.job_manager.prune_stalled_workers(silent)
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        log.warning("the worker of job %s has gone silent: the job is started again", job.task_kwargs.get("job"))
        await app.job_manager.retry_job(job)
