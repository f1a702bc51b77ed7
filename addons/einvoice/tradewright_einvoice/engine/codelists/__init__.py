"""Code lists as sets of codes, read from the CSV files beside this module at their first use."""

import csv
from functools import cache
from importlib.resources import files


@cache
def codes(name: str, column: str | None = None) -> frozenset[str]:
    """The codes of a list; with a column, those that say ``yes`` in it."""
    with files(__name__).joinpath(f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        if column is None:
            reader = csv.reader(lines)
            next(reader)
            return frozenset(row[0] for row in reader)
        return frozenset(row["code"] for row in csv.DictReader(lines) if row[column] == "yes")


@cache
def units() -> frozenset[str]:
    """Units of measure: UN/ECE Recommendation 20, and Recommendation 21 with its leading X."""
    return codes("rec20") | codes("rec21")
