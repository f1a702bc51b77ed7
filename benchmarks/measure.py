"""Measuring: CPU time of this process and of PostgreSQL, and statements, because wall time lies on a shared machine."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Cost:
    """What a block cost: CPU seconds of the application and of the database, and SQL statements."""

    app_s: float = 0.0
    database_s: float = 0.0
    statements: int = 0

    @property
    def cpu_s(self) -> float:
        """Both CPU times together."""
        return self.app_s + self.database_s


def server_pid(engine: sa.Engine) -> int | None:
    """Return the process id of the postmaster behind an engine, if it runs on this machine."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        backend = connection.scalar(sa.text("select pg_backend_pid()"))
    try:
        return int(_stat(int(backend or 0))[3])
    except FileNotFoundError:
        return None


def _stat(pid: int) -> list[str]:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return ["", "", *text[text.rindex(")") + 2 :].split()]


def server_cpu(postmaster: int | None) -> float:
    """Return the CPU seconds of all processes of a PostgreSQL server, those that ended included."""
    if postmaster is None:
        return 0.0
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = _stat(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(folder.name) == postmaster:
            total += sum(map(int, stat[13:17]))
        elif int(stat[3]) == postmaster:
            total += sum(map(int, stat[13:15]))
    return total / TICKS


@contextmanager
def measured(engine: sa.Engine) -> Generator[Cost]:
    """Measure a block; the cost is complete when it ends."""
    cost = Cost()

    def count(*_arguments: Any) -> None:
        cost.statements += 1

    postmaster = server_pid(engine)
    event.listen(engine, "before_cursor_execute", count)
    app, database = time.process_time(), server_cpu(postmaster)
    try:
        yield cost
    finally:
        cost.app_s, cost.database_s = time.process_time() - app, server_cpu(postmaster) - database
        event.remove(engine, "before_cursor_execute", count)


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and its children now, in MB; pages they share count once (PSS)."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if int(folder.name) != pid and int(_stat(int(folder.name))[3]) != pid:
                continue
            found = re.search(r"^Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text(encoding="ascii"), re.MULTILINE)
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(found[1]) if found else 0
    return total / 1000
