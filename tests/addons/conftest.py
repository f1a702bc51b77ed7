"""The workshop of addons, cleaned up after each test."""

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.addons.workshop import Workshop

_numbers = count(1)


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    prefix, path = f"made{next(_numbers)}", list(sys.path)
    folder = tmp_path / "addons"
    folder.mkdir()
    yield Workshop(folder, prefix)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.startswith(f"{prefix}_")]:
        del sys.modules[name]
