"""Wheels of a test run: Tradewright's, built once from what the checkout holds, and those of addons elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.repo.tree import ROOT, source_roots, tracked_files
from tradewright.testing import run
from tradewright.testing.postgres import locked

PACKAGING = ("setup.py", "setup.cfg", "pyproject.toml", "README.md", "LICENSE", "requirements/runtime.in")
_OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q")


def packaged_files() -> Iterator[tuple[Path, Path]]:
    """The files of all packages, each with its source root: what is tracked, and what bin/setup makes."""
    made = [path.relative_to(ROOT) for path in ROOT.glob("core/tradewright/web/static/vendor/*")]
    assert made, "run bin/setup"
    made += [path.with_suffix(".mo") for path in tracked_files() if path.suffix == ".po"]
    for path in [*tracked_files(), *(path for path in made if (ROOT / path).is_file())]:
        for package, root in source_roots().items():
            if path.is_relative_to(root / package):
                yield root, path


def tradewright_wheel() -> Path:
    """Return Tradewright's wheel, built by whichever worker of the run asks first."""
    folder = run.folder() / "wheel"
    with locked(run.folder() / "wheel.lock"):
        found = sorted(folder.glob("tradewright-*.whl"))
        if found:
            return found[0]
        for path in [*(path for _root, path in packaged_files()), *map(Path, PACKAGING)]:
            (folder / "source" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / "source" / path)
        return build_wheel(folder / "source", folder)


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of a project, with the tools of this environment and without a network."""
    command = [sys.executable, "-m", "pip", "wheel", *_OFFLINE, "-w", str(folder), str(source)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)
