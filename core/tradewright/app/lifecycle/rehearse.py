"""Rehearsal: a plan is carried out on a copy of the site, which is verified and thrown away."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tradewright.app.lifecycle.apply import LifeCycle
from tradewright.orm.database import Database
from tradewright.registry.copying import copy_of
from tradewright.registry.verify import Violation, verify

if TYPE_CHECKING:
    from tradewright.app.lifecycle.plan import LifePlan


@dataclass(frozen=True, slots=True)
class Report:
    """What a rehearsal found: how long the change took in seconds, and what breaks a rule afterwards."""

    seconds: float
    statements: int
    violations: tuple[Violation, ...]


def rehearse(cycle: LifeCycle, plan: LifePlan, *, lose: Collection[str] = ()) -> Report:
    """Carry a plan out on a copy of the site's database and verify it; the site itself is only read."""
    with _copied(cycle) as rehearsed:
        started = time.monotonic()
        changed = rehearsed.apply(plan, lose=lose)
        took = time.monotonic() - started
        with changed.env(readonly=True) as env:
            violations = tuple(one for one in verify(env, changed.registry.units) if not one.notice)
        return Report(took, len(plan.statements), violations)


@contextmanager
def _copied(cycle: LifeCycle) -> Generator[LifeCycle]:
    site = cycle.site
    folder = Path(tempfile.mkdtemp(prefix="tradewright-rehearsal-"))
    try:
        with copy_of(site.database, folder) as (url, schema):
            database = Database(url, schema=schema)
            try:
                copied = site.with_composition(site.composition, database=database)
                yield LifeCycle(copied, cycle.compositions, fixed=cycle.fixed)
            finally:
                database.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
