"""A nursery on each database, cleaned up after each test."""

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.migrations.nursery import NEW, OLD, Nursery

_numbers = count(1)


@pytest.fixture
def nursery(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Nursery]:
    """The addon in its versions `old` and `new`, on an empty database."""
    url = f"sqlite:///{tmp_path}/site.sqlite"
    if database_kind == "postgresql":
        fresh: Callable[[str | None], str] = request.getfixturevalue("fresh_postgres_database")
        url = fresh(None)
    prefix, path = f"nursery{next(_numbers)}", list(sys.path)
    made = Nursery(tmp_path, prefix, url)
    made.write("old", OLD)
    made.write("new", NEW, ["0001_sizes.py", "0002_tags.py"], version="1.1")
    yield made
    made.close()
    sys.path[:] = path
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        del sys.modules[name]
