"""`pytest --pyargs tradewright.testing.conformance --addon NAME`: one readable test for each rule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import tradewright
from tests.conformance.twins import TWINS, Twin, write


def _run(tmp_path: Path, name: str, twin: Twin | None, wanted: str) -> tuple[int, str]:
    package = write(tmp_path / "addons", name, twin)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tradewright.testing.plugin", "-rA"]
    command += ["-q", "--rootdir", str(tmp_path), "--pyargs", "tradewright.testing.conformance"]
    # Tradewright's own conftest.py lies above the checkout's package; an installed one has none.
    command += ["--confcutdir", str(Path(tradewright.__file__).parent)]
    command += ["--addon", str(package), "-k", wanted]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


def test_a_broken_rule_is_a_failed_test_of_its_name(tmp_path: Path) -> None:
    code, told = _run(tmp_path, "shouting", TWINS["C208"], "C20 or exemptions")
    assert code == 1, told
    assert "C208-nothing_is_printed]" in told
    assert "remedy: log it, or return it" in told
    assert "1 failed, 8 passed" in told


def test_a_rule_above_the_claimed_tier_is_expected_to_find_something(tmp_path: Path) -> None:
    code, told = _run(tmp_path, "modest", TWINS["C302"], "C302")
    assert code == 0, told
    assert "1 xfailed" in told
