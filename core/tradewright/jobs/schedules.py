"""Starting jobs by the clock: each moment of a schedule makes one job, however many workers look at it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.jobs.book import book_of
from tradewright.jobs.outbox import NewJob, job_row
from tradewright.jobs.rows import SCHEDULE, aside, execute, insert_new, table, unit_of
from tradewright.orm import SYSTEM, Env

if TYPE_CHECKING:
    from tradewright.jobs.site import Site

TICK_SECONDS = 5.0
"""How late a schedule may start."""


def next_moment(cron: str, after: datetime) -> datetime:
    """Return the first moment of a cron expression (in UTC) later than `after`."""
    # Imported late: it costs 15 ms, and only what looks at the clock needs it.
    croniter: Any = import_module("croniter").croniter
    moment: datetime = croniter(cron, after.astimezone(UTC)).get_next(datetime)
    return moment


def settle(site: Site) -> None:
    """Make the stored schedules those of the enabled addons; run it when a process starts to look at the clock.

    A new schedule first runs at its next moment, a changed one too. Schedules of addons that the site does not have any
    more are removed; those of an addon that is set aside wait for it.
    """
    site.run(_settle, SYSTEM)


def _settle(env: Env) -> None:
    schedules = table(env.site, SCHEDULE)
    declared = {name: scheduled.cron for name, scheduled in book_of(env.site.registry).schedules.items()}
    stored = {row.name: row.cron for row in execute(env, sa.select(schedules.c.name, schedules.c.cron))}
    new = [
        {"name": name, "cron": cron, "active": True, "next_run": next_moment(cron, env.now)}
        for name, cron in declared.items()
        if name not in stored
    ]
    if new:
        execute(env, insert_new(env.site, SCHEDULE), new)
    for name, cron in declared.items():
        if stored.get(name, cron) != cron:
            values = {"cron": cron, "next_run": next_moment(cron, env.now)}
            execute(env, sa.update(schedules).where(schedules.c.name == name).values(values))
    if gone := sorted(set(stored) - set(declared)):
        waiting = aside(env)
        gone = [name for name in gone if name.partition(".")[0] not in waiting]
    if gone:
        execute(env, sa.delete(schedules).where(schedules.c.name.in_(gone)))


def tick(site: Site) -> int:
    """Queue the jobs of all schedules that are due; return how many. Moments that were missed count as one."""
    schedules = table(site, SCHEDULE)
    waiting = sa.select(schedules).where(schedules.c.active, schedules.c.next_run <= site.clock.now())
    with site.database.read.connect() as connection:
        found = connection.execute(waiting).all()
    return sum(site.run(partial(_start, row=row), SYSTEM) for row in found)


def _start(env: Env, row: sa.Row[Any]) -> int:
    schedules = table(env.site, SCHEDULE)
    book = book_of(env.site.registry)
    if row.name not in book.schedules:
        return 0
    moment: datetime = row.next_run
    # Whoever moves the schedule on has started it: another worker finds the moment changed.
    moved = execute(
        env,
        sa.update(schedules)
        .where(schedules.c.id == row.id, schedules.c.next_run == moment)
        .values(next_run=next_moment(row.cron, env.now), last_run=env.now),
    )
    if not moved.rowcount:
        return 0
    unit = unit_of(env)
    key = f"schedule:{row.name}:{moment.isoformat()}"
    unit.outgoing.append(NewJob(job_row(unit, row.name, book.jobs[row.name], {}, key=key)))
    return 1
