"""Order to cash on PostgreSQL: create, confirm and reserve, ship, invoice and post; beside the floor of bare rows."""

from __future__ import annotations

import gc
import statistics

from benchmarks.floor import Floor
from benchmarks.measure import Cost, measured
from benchmarks.places import database, site
from benchmarks.workload import Workload
from tradewright.app import install

ORDERS, WARM_UP, ROUNDS, LONG = 60, 20, 3, 1_000


def run(given: str | None) -> dict[str, float]:
    """Return the figures of one order; medians of three rounds, the floor taken in turn with them."""
    with database(given) as url, site(url) as benchmark:
        install(benchmark)
        workload = Workload(benchmark)
        for number in range(WARM_UP):
            workload.run(number, 10)
        floor = Floor(url)
        rounds: list[Cost] = []
        floors: list[float] = []
        for turn in range(ROUNDS):
            floors.append(floor.milliseconds(ORDERS))
            gc.collect()
            with measured(benchmark.database.engine) as cost:
                for number in range(ORDERS):
                    workload.run(turn * ORDERS + number, 10)
            rounds.append(cost)
        with measured(benchmark.database.engine) as long:
            workload.run(7, LONG)
        floor.close()
    cpu = statistics.median(cost.cpu_s / ORDERS * 1000 for cost in rounds)
    bare = statistics.median(floors)
    return {
        "cpu_ms_per_order": round(cpu, 1),
        "app_ms_per_order": round(statistics.median(cost.app_s / ORDERS * 1000 for cost in rounds), 1),
        "database_ms_per_order": round(statistics.median(cost.database_s / ORDERS * 1000 for cost in rounds), 1),
        "statements_per_order": round(statistics.median(cost.statements / ORDERS for cost in rounds), 1),
        "statements_1000_lines": float(long.statements),
        "cpu_ms_1000_lines": round(long.cpu_s * 1000, 1),
        "floor_cpu_ms": round(bare, 1),
        "ratio_to_floor": round(cpu / bare, 2),
    }
