"""What others have to wait for while a plan runs, read off its statements."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tradewright.app.lifecycle.plan import PlannedLock
from tradewright.registry.evolve import Step

_KINDS = (
    (re.compile(r"ALTER TABLE \S+ (?:DISABLE|ENABLE) TRIGGER"), "SHARE ROW EXCLUSIVE"),
    (re.compile(r"ALTER TABLE (?P<table>\S+) ADD CONSTRAINT \S+ FOREIGN KEY"), "SHARE ROW EXCLUSIVE"),
    (re.compile(r"(?:ALTER|DROP) TABLE (?P<table>\S+)"), "ACCESS EXCLUSIVE"),
    (re.compile(r"DROP INDEX"), "ACCESS EXCLUSIVE"),
    (re.compile(r"(?:CREATE OR REPLACE|DROP) TRIGGER \S+.* ON (?P<table>\S+)"), "SHARE ROW EXCLUSIVE"),
    (re.compile(r"CREATE (?:UNIQUE )?INDEX \S+ ON (?P<table>\S+)"), "SHARE"),
    (re.compile(r"(?:UPDATE|DELETE FROM|INSERT INTO) (?P<table>\S+)"), "ROW EXCLUSIVE"),
)
_STRENGTH = ("ROW EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE")


def locks_of(steps: Iterable[Step], existing: Iterable[str], *, sqlite: bool) -> tuple[PlannedLock, ...]:
    """Return the strongest lock on each table that exists already; on SQLite writers wait for the whole file.

    The names of PostgreSQL's locks are those of its manual, chapter "Explicit Locking".
    """
    steps = tuple(steps)
    if sqlite:
        rows = sum(step.rows for step in steps)
        return (PlannedLock("*", "the file: writers wait, readers go on", rows),) if steps else ()
    there = set(existing)
    found: dict[str, PlannedLock] = {}
    for step in steps:
        for statement in step.sql:
            table, lock = _lock(statement, step.table)
            if table not in there or not lock:
                continue
            before = found.get(table)
            if before is None or _STRENGTH.index(lock) > _STRENGTH.index(before.lock):
                found[table] = PlannedLock(table, lock, step.rows if step.table == table else 0)
    return tuple(found[name] for name in sorted(found))


def _lock(statement: str, table: str) -> tuple[str, str]:
    for pattern, lock in _KINDS:
        match = pattern.match(statement)
        if match is not None:
            named = match.groupdict().get("table") or table
            return named.strip('"'), lock
    return table, ""
