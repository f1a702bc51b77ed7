"""Runs a benchmark: `bin/bench NAME [--database URL] [--json]`. What each measures stands in benchmarks/README.md."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

NAMES = {
    "order-to-cash": "benchmarks.order_to_cash",
    "startup": "benchmarks.startup",
    "install": "benchmarks.install",
    "portal": "benchmarks.portal",
    "sites": "benchmarks.sites",
    "einvoice": "benchmarks.einvoice",
}


def main() -> int:
    """Run the named benchmark and print its figures, for people or as one JSON object."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("name", choices=sorted(NAMES))
    parser.add_argument("--database", metavar="URL", help="an empty PostgreSQL database; a private server without it")
    parser.add_argument("--json", action="store_true", help='print {"name": ..., "figures": {...}}')
    arguments = parser.parse_args()
    figures: dict[str, float] = importlib.import_module(NAMES[arguments.name]).run(arguments.database)
    if arguments.json:
        print(json.dumps({"name": arguments.name, "figures": figures}))
    else:
        for key, value in figures.items():
            print(f"{key:24} {value:10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
