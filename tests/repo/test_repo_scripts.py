"""The scripts in bin/ run alone, from anywhere."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.repo.tree import ROOT

SCRIPTS = [*sorted((ROOT / "bin").iterdir()), ROOT / ".ci" / "run"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_bash_that_stops_at_the_first_error(script: Path) -> None:
    lines = script.read_text().splitlines()
    assert os.access(script, os.X_OK)
    assert lines[0] == "#!/usr/bin/env bash"
    assert re.fullmatch(r"# [A-Z].+", lines[1]), "the second line says what the script is for"
    assert "set -euo pipefail" in lines or len(lines) < 5
    subprocess.run(["bash", "-n", script], check=True)


def test_the_makefile_lists_every_script() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert [path.name for path in SCRIPTS[:-1] if f"bin/{path.name}" not in makefile] == []
