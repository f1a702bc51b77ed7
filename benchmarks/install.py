"""Installation: a new PostgreSQL site with all addons, its tables, data and first records."""

from __future__ import annotations

from benchmarks.measure import measured
from benchmarks.places import database, site
from tradewright.app import install


def run(given: str | None) -> dict[str, float]:
    """Return CPU seconds (application and database) and SQL statements of one installation."""
    with database(given) as url, site(url) as benchmark, measured(benchmark.database.engine) as cost:
        install(benchmark)
    return {
        "cpu_s": round(cost.cpu_s, 2),
        "app_cpu_s": round(cost.app_s, 2),
        "database_cpu_s": round(cost.database_s, 2),
        "statements": float(cost.statements),
    }
