"""Jobs on PostgreSQL: handed to procrastinate in the business transaction, without importing it.

procrastinate carries no more than the id of a `core.Job`; that row is the record of what is done. Each site's schema
has its own procrastinate tables, so a site stays one schema. The worker is in `tradewright.jobs.worker`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm.unit import UnitOfWork

TASK = "tradewright.run"
_DEFER = f"""
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW(queue, '{TASK}', 0, NULL, NULL, jsonb_build_object('job', id), at)::procrastinate_job_to_defer_v1
        FROM unnest(%(ids)s::bigint[], %(queues)s::text[], %(ats)s::timestamptz[]) AS new_job(id, queue, at)
    ))
"""  # noqa: S608 - a constant


def install_schema(connection: Connection) -> None:
    """Create procrastinate's tables and functions in the connection's schema, unless they are there."""
    if connection.exec_driver_sql("SELECT to_regclass('procrastinate_jobs')").scalar() is None:
        raw: Any = connection.connection.driver_connection
        raw.execute(_schema_file().read_text(encoding="utf-8"))


def _schema_file() -> Path:
    # Found, not imported: the package would cost each process that only defers jobs a quarter of a second.
    spec = find_spec("procrastinate")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders:
        raise DeveloperError("jobs.procrastinate", "procrastinate is not installed", remedy="run bin/setup")
    return Path(folders[0]) / "sql" / "schema.sql"


def defer(unit: UnitOfWork, jobs: Sequence[tuple[int, str, datetime | None]]) -> None:
    """Hand jobs (id, queue, not before) to procrastinate in the transaction of a unit of work, in one statement."""
    ids, queues, ats = zip(*jobs, strict=True)
    unit.session.connection().exec_driver_sql(_DEFER, {"ids": list(ids), "queues": list(queues), "ats": list(ats)})
