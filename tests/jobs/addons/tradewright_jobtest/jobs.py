"""Jobs that work, fail, kill and wait."""

import os
import signal
import time
from pathlib import Path

from tradewright.base import Forbidden
from tradewright.jobs import Backoff, GiveUp, Work, job, outside_job, schedule
from tradewright.orm import Env

from .models.effect import Effect


def leave(env: Env, name: str) -> None:
    """Leave one row behind."""
    actor = env.actor
    env.add(env[Effect](name=name, user=actor.user_id, language=env.language, rights=actor.kind))


@job()
def work(env: Env, name: str, more: dict[str, int] | None = None) -> None:
    """Leave a row."""
    leave(env, f"{name} {sorted(more.items())}" if more else name)


@job(retries=2, backoff=Backoff(first=3600, factor=2, jitter=0))
def fail(env: Env, name: str) -> None:
    """Leave a row and fail, so that the row is gone."""
    leave(env, name)
    raise RuntimeError("the password=hunter2 of postgresql://erp:hunter3@db/erp is wrong")


@job(retries=3, backoff=Backoff(first=0))
def fail_until(env: Env, marker: str, attempt: int) -> None:
    """Fail until a number of attempts is reached, counted outside of the database."""
    path = Path(marker)
    count = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(count))
    leave(env, f"attempt {count}")
    if count < attempt:
        raise Forbidden("jobtest.not-yet", "Not yet.")


@job()
def give_up(_env: Env) -> None:
    """Be hopeless."""
    raise GiveUp("There is nothing to be done.")


@job()
def chain(env: Env, length: int) -> None:
    """Defer the next link."""
    leave(env, f"link {length}")
    if length > 1:
        env.defer(chain, length=length - 1)


@job(retries=2, backoff=Backoff(first=0))
def kill(env: Env, marker: str, times: int) -> None:
    """Kill the process that runs this job, in the middle of its transaction, a number of times."""
    leave(env, "killed")
    env.flush()
    path = Path(marker)
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    if len(path.read_text()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)


@job()
def slow(env: Env, name: str, seconds: int) -> None:
    """Take a while."""
    leave(env, name)
    env.flush()
    time.sleep(seconds)


@outside_job(retries=3, backoff=Backoff(first=0))
def call(work: Work, marker: str, fails: int) -> None:
    """Call the outside, of which a file is a witness."""
    work.run(lambda env: leave(env, "before"))
    with Path(marker).open("a") as witness:
        witness.write("call\n")
    if Path(marker).read_text().count("call") <= fails:
        raise ConnectionError("no answer")
    work.finish(lambda env: leave(env, "after"))


@schedule("0 6 * * *")
def every_morning(env: Env) -> None:
    """Leave a row each morning."""
    leave(env, "morning")
