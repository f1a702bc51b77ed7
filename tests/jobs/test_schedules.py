"""Jobs by the clock."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.jobs.conftest import TEMPLATE, JobSite
from tradewright.base.clock import FixedClock
from tradewright.jobs.rows import SCHEDULE, table
from tradewright.jobs.schedules import next_moment, settle, tick
from tradewright.testing import SiteFactory

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAME = "jobtest.every_morning"


@pytest.fixture
def clocked(sites: SiteFactory) -> tuple[JobSite, FixedClock]:
    """A site whose clock stands at noon, with its schedules settled."""
    clock = FixedClock(NOON)
    site = JobSite(sites.make(TEMPLATE, clock=clock))
    settle(site.site)
    return site, clock


def schedules(site: JobSite) -> dict[str, Any]:
    with site.site.database.read.connect() as connection:
        return {row.name: row for row in connection.execute(sa.select(table(site.site, SCHEDULE)))}


def mornings(site: JobSite) -> list[Any]:
    return [job for job in site.jobs() if job.name == NAME]


def change(site: JobSite, **values: Any) -> None:
    stored = table(site.site, SCHEDULE)
    with site.site.database.write.begin() as connection:
        connection.execute(sa.update(stored).where(stored.c.name == NAME).values(values))


def test_a_schedule_starts_its_job_at_its_moment_once(clocked: tuple[JobSite, FixedClock]) -> None:
    site, clock = clocked
    tick(site.site)
    assert mornings(site) == []
    clock.moment = NOON + timedelta(hours=18)
    for _time in range(3):
        tick(site.site)
    (job,) = mornings(site)
    assert (job.actor_kind, job.key) == ("system", f"schedule:{NAME}:2026-03-03T06:00:00+00:00")
    site.drain()
    assert site.effects() == ["morning"]
    assert schedules(site)[NAME].next_run == datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    assert schedules(site)[NAME].last_run == clock.moment


def test_missed_moments_are_made_up_for_by_one_run(clocked: tuple[JobSite, FixedClock]) -> None:
    site, clock = clocked
    clock.moment = NOON + timedelta(days=10)
    tick(site.site)
    assert len(mornings(site)) == 1
    assert schedules(site)[NAME].next_run == datetime(2026, 3, 13, 6, 0, tzinfo=UTC)


def test_con17_many_clocks_start_one_job(clocked: tuple[JobSite, FixedClock]) -> None:
    site, clock = clocked
    clock.moment = NOON + timedelta(days=1)
    barrier, counts = threading.Barrier(4), list[int]()

    def compete() -> None:
        barrier.wait(10)
        counts.append(tick(site.site))

    threads = [threading.Thread(target=compete) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(mornings(site)) == 1
    assert len(counts) == 4


def test_f20_a_clock_that_is_put_back_starts_nothing_twice(clocked: tuple[JobSite, FixedClock]) -> None:
    site, clock = clocked
    clock.moment = NOON + timedelta(days=1)
    tick(site.site)
    clock.moment = NOON
    tick(site.site)
    clock.moment = NOON + timedelta(days=1)
    tick(site.site)
    assert len(mornings(site)) == 1


def test_a_schedule_that_is_switched_off_starts_nothing(clocked: tuple[JobSite, FixedClock]) -> None:
    site, clock = clocked
    change(site, active=False)
    clock.moment = NOON + timedelta(days=1)
    tick(site.site)
    settle(site.site)
    assert mornings(site) == []
    assert not schedules(site)[NAME].active


def test_settling_follows_the_declarations(clocked: tuple[JobSite, FixedClock]) -> None:
    site, _clock = clocked
    change(site, cron="0 7 * * *", next_run=NOON + timedelta(hours=19))
    stored = table(site.site, SCHEDULE)
    with site.site.database.write.begin() as connection:
        gone = {"name": "gone.job", "cron": "* * * * *", "active": True, "next_run": NOON}
        connection.execute(sa.insert(stored), [gone])
    settle(site.site)
    assert "gone.job" not in schedules(site)
    assert schedules(site)[NAME].cron == "0 6 * * *"
    assert schedules(site)[NAME].next_run == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)


def test_moments_are_in_utc() -> None:
    assert next_moment("30 6 * * 1-5", datetime(2026, 3, 6, 7, 0, tzinfo=UTC)) == datetime(
        2026, 3, 9, 6, 30, tzinfo=UTC
    )
