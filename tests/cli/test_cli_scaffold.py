"""A new addon is small, complete, and passes its own test."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tradewright.addons import discover, resolve


def test_a_new_addon_is_under_60_lines_and_its_own_test_passes(run: Run, empty: Path) -> None:
    done = run("addon", "new", "loyal")
    root = empty / "loyal"
    assert (done.code, done.out) == (
        0,
        (
            f"Wrote {root}. Next:\n"
            f'  1. addons_path = ["{empty}"] in tradewright.toml\n'
            "  2. tradewright addon install loyal, then tradewright serve: its list is in the menu\n"
            f"  3. pytest {root}/tests, and tradewright addon check {root}\n"
        ),
    )
    files = [file for kind in ("py", "toml", "xml") for file in root.glob(f"*/**/*.{kind}")]
    assert sum(len(file.read_text().splitlines()) for file in files) < 60
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", "tests"]
    tested = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    addons = resolve(discover([empty]), ["loyal"])
    assert (addons.names, addons.problems) == (("core", "base", "loyal"), ())


def test_a_new_addon_is_clean_for_ruff_and_mypy(run: Run, empty: Path) -> None:
    run("addon", "new", "loyal")
    for tool in (["ruff", "check", "--isolated", "--line-length=120", "--select=E,F,I,UP,B,D1"], ["mypy", "--strict"]):
        command = [sys.executable, "-m", *tool, "tradewright_loyal"]
        done = subprocess.run(command, cwd=empty / "loyal", capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_addon_keeps_every_rule_of_conformance(run: Run, empty: Path) -> None:
    run("addon", "new", "keen")  # a name of its own: what was imported in this process once stays
    done = run("addon", "check", str(empty / "keen"))
    assert done.code == 0, done.out
    assert done.out.endswith(" 0 findings; it reaches gold.\n")


def test_what_is_there_is_not_overwritten(run: Run, empty: Path) -> None:
    (empty / "loyal").mkdir()
    (empty / "loyal/notes.txt").write_text("mine")
    done = run("addon", "new", "loyal")
    assert (done.code, done.err) == (
        3,
        (
            "[cli.addon-exists] there is something already\n"
            f"  where:  {empty / 'loyal'}\n"
            "  remedy: choose another name or --folder\n"
        ),
    )
    assert [path.name for path in (empty / "loyal").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["Loyal", "loy-al", "1st", "../loyal"])
def test_a_name_that_no_package_can_have_is_refused(run: Run, empty: Path, name: str) -> None:
    done = run("addon", "new", name)
    assert (done.code, done.err) == (
        3,
        (
            "[cli.addon-name] an addon's name is lower case letters, digits and underscores, beginning with a letter\n"
            f"  value:  {name!r}\n"
            "  remedy: choose a name such as loyalty\n"
        ),
    )
    assert [path.name for path in empty.iterdir()] == ["tradewright.toml"]
