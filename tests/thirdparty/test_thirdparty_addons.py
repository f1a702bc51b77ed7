"""An addon outside the repository, beside Tradewright's wheel: found, installed, typed, tested, checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tree import ROOT
from tests.thirdparty.outside import CONSUMER, NAME, WRONG, Outside

PYRIGHT = ROOT / "node_modules" / "pyright" / "index.js"


def test_nothing_of_this_checkout_is_in_sight(outside: Outside) -> None:
    done = outside.run("site")
    assert done.returncode == 0
    assert str(ROOT / "core") not in done.stdout
    script = "import tradewright as t, tradewright_base as b; print(*t.__path__, *b.__path__)"
    done = subprocess.run([outside.python, "-Ic", script], capture_output=True, text=True, check=True)
    assert [Path(place).parent.name for place in done.stdout.split()] == ["site-packages"] * 2
    assert str(ROOT) not in done.stdout


def test_it_is_found_and_installed(outside: Outside) -> None:
    done = outside.tradewright("init")
    assert done.returncode == 0, done.stdout + done.stderr
    done = outside.tradewright("addon", "list")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith(NAME))
    assert line.split()[:3] == [NAME, "1.0.0", "installed"]


@pytest.fixture
def consumer(outside: Outside, tmp_path: Path) -> list[str]:
    """The files that a type checker reads: right and wrong uses of the addon, and the addon where it is a folder."""
    (tmp_path / "right.py").write_text(CONSUMER)
    (tmp_path / "wrong.py").write_text(WRONG)
    folder = ["."] if outside.shape == "folder" else []
    return [*folder, str(tmp_path / "right.py"), str(tmp_path / "wrong.py")]


def test_mypy_knows_its_extension_and_flags_a_wrong_field(
    outside: Outside, consumer: list[str], elsewhere: Path
) -> None:
    options = ["--strict", f"--cache-dir={elsewhere}/mypy", f"--python-executable={outside.python}"]
    command = [sys.executable, "-m", "mypy", *options, *consumer]
    done = _checked(command, outside)
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines() if ": error: " in line] == [
        'wrong.py:7: error: "PerkPartner" has no attribute "perks"; maybe "perk"?  [attr-defined]',
        'wrong.py:7: error: "Partner" has no attribute "perk"  [attr-defined]',
    ], done.stdout + done.stderr


def test_pyright_knows_its_extension_and_flags_a_wrong_field(
    outside: Outside, consumer: list[str], pytestconfig: pytest.Config
) -> None:
    _leave_the_folder_to_long_runs(outside, pytestconfig)
    if not PYRIGHT.is_file():
        pytest.skip("pyright is missing: run bin/setup")
    done = _checked(["node", str(PYRIGHT), f"--pythonpath={outside.python}", *consumer], outside)
    told = [line.strip() for line in done.stdout.splitlines() if " - error: " in line]
    assert [line.partition(" - error: ")[2] for line in told] == [
        'Cannot access attribute "perks" for class "PerkPartner"',
        'Cannot access attribute "perk" for class "Partner"',
    ], done.stdout + done.stderr
    assert all(line.startswith(consumer[-1]) for line in told)


def _leave_the_folder_to_long_runs(outside: Outside, config: pytest.Config) -> None:
    if outside.shape == "folder" and not config.getoption("--long"):
        pytest.skip("long: run with --long")


def _checked(command: list[str], outside: Outside) -> subprocess.CompletedProcess[str]:
    where = outside.project if outside.shape == "folder" else outside.here
    return subprocess.run(command, cwd=where, check=False, capture_output=True, text=True, timeout=300)


def test_its_own_tests_pass_with_the_shipped_fixtures(outside: Outside) -> None:
    done = outside.run("pytest", "-q", "-p", "no:cacheprovider", "-k", "sqlite", cwd=outside.project)
    assert done.stdout.splitlines()[-1].startswith("3 passed, 3 deselected"), done.stdout + done.stderr


@pytest.mark.long
def test_in_the_project_of_an_installed_addon_the_installed_one_is_tested(elsewhere: Path, as_wheel: Outside) -> None:
    check = "import tradewright_perk, pathlib\ndef test_where():\n    print(tradewright_perk.__path__[0])\n"
    (elsewhere / NAME / "tests/test_where.py").write_text(check)
    try:
        options = ("-q", "-rP", "-p", "no:cacheprovider", "-k", "sqlite or where")
        done = as_wheel.run("pytest", *options, cwd=elsewhere / NAME, PYTHONSAFEPATH="1")
    finally:
        (elsewhere / NAME / "tests/test_where.py").unlink()
    assert done.stdout.splitlines()[-1].startswith("4 passed, 3 deselected"), done.stdout + done.stderr
    assert f"site-packages/tradewright_{NAME}" in done.stdout


@pytest.mark.long
@pytest.mark.usefixtures("postgres_url")
def test_its_own_tests_pass_on_both_databases(outside: Outside) -> None:
    done = outside.run("pytest", "-q", "-p", "no:cacheprovider", cwd=outside.project)
    assert done.stdout.splitlines()[-1].startswith("6 passed"), done.stdout + done.stderr


def test_it_keeps_the_rules_of_conformance(outside: Outside, pytestconfig: pytest.Config) -> None:
    _leave_the_folder_to_long_runs(outside, pytestconfig)
    done = outside.tradewright("addon", "check", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("it reaches gold.\n"), done.stdout


@pytest.mark.long
@pytest.mark.usefixtures("postgres_url")
def test_the_rules_of_conformance_are_tests_too(outside: Outside) -> None:
    options = ("-q", "-p", "no:cacheprovider", "--pyargs", "tradewright.testing.conformance", "--addon", NAME)
    done = outside.run("pytest", *options, cwd=outside.project, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout.splitlines()[-1]
