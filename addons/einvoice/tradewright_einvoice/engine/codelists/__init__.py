"""Code lists as sets of codes, read from the CSV files beside this module at their first use."""

import csv
from functools import cache
from importlib.resources import files


@cache
def codes(name: str, column: str | None = None) -> frozenset[str]:
    """The codes of a list; with a column, those that say ``yes`` in it (all, where the list has no such column)."""
    lines = files(__name__).joinpath(f"{name}.csv").read_text("utf-8").splitlines()
    if column is None:
        return frozenset(line.partition(",")[0] for line in lines[1:])
    return frozenset(row["code"] for row in csv.DictReader(lines) if row.get(column, "yes") == "yes")


@cache
def units() -> frozenset[str]:
    """Units of measure: UN/ECE Recommendation 20, and Recommendation 21 with its leading X."""
    return codes("rec20") | codes("rec21")
