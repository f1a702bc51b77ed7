"""Declaring jobs and schedules: what runs after commit, and what runs by the clock."""

from __future__ import annotations

import inspect
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from tradewright.jobs.work import Work
    from tradewright.orm import Env

P = ParamSpec("P")
R = TypeVar("R")

Queue = Literal["inside", "outside"]
QUEUES: tuple[Queue, ...] = ("inside", "outside")


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a failed job waits: `first` seconds, then `factor` times as long each time, at most `most`.

    `jitter` is the share by which a wait is longer or shorter by chance.
    """

    first: float = 10.0
    factor: float = 4.0
    most: float = 6 * 3600.0
    jitter: float = 0.2

    def wait(self, attempt: int, seed: str) -> timedelta:
        """Return the wait after the failed attempt number `attempt` (1 is the first).

        Jobs that failed together do not come back together: the jitter differs by `seed`, and is the same for one seed.
        """
        seconds = min(self.first * self.factor ** min(attempt - 1, 60), self.most)
        spread = random.Random(f"{seed}:{attempt}").uniform(-self.jitter, self.jitter)  # noqa: S311 - no secret
        return timedelta(seconds=seconds * (1 + spread))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as declared. `system` jobs run with the system's rights, others as the actor who queued them."""

    function: Callable[..., Any]
    module: str
    line: int
    attempts: int
    backoff: Backoff
    queue: Queue
    system: bool

    @property
    def where(self) -> str:
        """Module and line of the function, for error messages."""
        return f"{self.module}:{self.line} ({self.function.__name__})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A job that the clock starts, by a cron expression in UTC."""

    job: Job
    cron: str


JOBS: dict[Callable[..., Any], Job] = {}
SCHEDULES: dict[Callable[..., Any], Scheduled] = {}


def job(
    *, retries: int = 5, backoff: Backoff | None = None
) -> Callable[[Callable[Concatenate[Env, P], R]], Callable[Concatenate[Env, P], R]]:
    """Declare a job: a function of an `Env` and plain JSON values, called through `env.defer(function, name=value)`.

    It runs after the commit of the transaction that deferred it, as the same actor, company and language, in a
    unit of work of its own. What it writes is written exactly once, because the mark that it is done is part of the
    same transaction. It may start more than once, so it must touch nothing outside the database: for mail there is
    `send_mail`, for everything else `outside_job`. After `retries` failed repetitions it is dead, and
    administrators see it.
    """

    def declare(function: Callable[Concatenate[Env, P], R]) -> Callable[Concatenate[Env, P], R]:
        _declare(function, retries=retries, backoff=backoff, queue="inside")
        return function

    return declare


def outside_job(
    *, retries: int = 8, backoff: Backoff | None = None, system: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Declare a job that talks to the outside (a mail server, a carrier): no transaction is open while it waits.

    The function gets a `Work`, whose `run` and `finish` give it units of work. Between them it may be killed, so
    the other side must recognise a repetition, by a key that the job sends each time.
    """

    def declare(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        _declare(function, retries=retries, backoff=backoff, queue="outside", system=system)
        return function

    return declare


def schedule(cron: str, *, retries: int = 2) -> Callable[[Callable[[Env], R]], Callable[[Env], R]]:
    """Declare a job that the clock starts, with the system's rights; `cron` is five fields, in UTC.

    However many workers there are, each moment starts it once. Moments that were missed while nothing ran are made up
    for by one run.
    """

    def declare(function: Callable[[Env], R]) -> Callable[[Env], R]:
        # Looked at only where schedules are declared: croniter costs 15 ms at the start of every process.
        if not _five_fields(cron):
            raise DeveloperError(
                "jobs.cron",
                "a schedule has five fields: minute, hour, day, month, weekday",
                where=f"{function.__module__}.{function.__qualname__}",
                value=cron,
                remedy='write "0 6 * * 1-5" for six in the morning of each working day',
            )
        declared = _declare(function, retries=retries, backoff=None, queue="inside", system=True)
        SCHEDULES[function] = Scheduled(job=declared, cron=cron)
        return function

    return declare


def _five_fields(cron: str) -> bool:
    fields = cron.split()
    return len(fields) == 5 and all(
        set(field.lower()) <= set("0123456789*/,-abcdefghijklmnopqrstuvwxyz#?") for field in fields
    )


def _declare(
    function: Callable[..., Any], *, retries: int, backoff: Backoff | None, queue: Queue, system: bool = False
) -> Job:
    parameters = list(inspect.signature(function).parameters.values())
    where = f"{function.__module__}.{function.__qualname__}"
    loose = [p.name for p in parameters if p.kind in {p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY}]
    if (
        not parameters
        or loose
        or ("<locals>" in function.__qualname__ and "tests" not in function.__module__.split("."))
    ):
        raise DeveloperError(
            "jobs.signature",
            "a job is a function of a module, with its unit of work first and then named parameters",
            where=where,
            value=", ".join(p.name for p in parameters),
            remedy="write def remind(env: Env, invoice_id: int) -> None",
        )
    declared = Job(
        function=function,
        module=function.__module__,
        line=function.__code__.co_firstlineno,
        attempts=retries + 1,
        backoff=backoff or Backoff(),
        queue=queue,
        system=system,
    )
    JOBS[function] = declared
    return declared


def current(declared: Job) -> bool:
    """Tell whether the function is the one its module holds now (a reloaded module leaves older ones behind)."""
    module = sys.modules.get(declared.module)
    return module is None or getattr(module, declared.function.__name__, declared.function) is declared.function
