"""Commands that addons bring: found by their entry points, quick, and never in the way of the others."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tradewright.cli import extra

MODULE = '''"""A command."""
import argparse


def main(arguments):
    """Water the garden.

    Each bed in turn.
    """
    parser = argparse.ArgumentParser(prog="tradewright water")
    parser.add_argument("bed")
    parser.add_argument("--litres", type=int, default=1)
    options = parser.parse_args(arguments)
    print(f"{options.litres} l for {options.bed}")
    return 4


number = 7
'''


@pytest.fixture(autouse=True)
def _points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with a command that works and some that don't."""
    (tmp_path / "garden_cli.py").write_text(MODULE)
    (tmp_path / "broken_cli.py").write_text("import nowhere_to_be_found\n")
    info = tmp_path / "garden_cli-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: garden-cli\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[tradewright.commands]\nwater = garden_cli:main\nbroken = broken_cli:main\nodd = garden_cli:number\n"
        "lost = garden_cli:nothing\nserve = garden_cli:main\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


def test_a_command_of_an_addon_gets_its_arguments_and_gives_the_exit_code(run: Run) -> None:
    done = run("water", "roses", "--litres", "3")
    assert (done.code, done.out, done.err) == (4, "3 l for roses\n", "")


def test_it_explains_itself_and_tells_a_wrong_call(run: Run) -> None:
    assert run("water", "--help").out.startswith("usage: tradewright water")
    assert run("water", "--help").code == 0
    assert run("water").code == 2
    assert run("water", "roses", "--litres", "many").code == 2


def test_the_list_of_commands_shows_it_and_one_that_is_broken(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert "water " in done.out
    assert "Water the garden." in done.out
    assert "broken " in done.out
    assert "can't be loaded" in done.out


def test_one_that_can_not_be_imported_says_why_and_what_to_do(run: Run) -> None:
    done = run("broken", "--anything")
    assert (done.code, done.err) == (
        3,
        (
            "[cli.broken-command] the command can't be loaded: ModuleNotFoundError: No module named"
            " 'nowhere_to_be_found'\n"
            "  where:  entry point tradewright.commands: broken = broken_cli:main\n"
            "  value:  'broken'\n"
            "  remedy: install the addon that brings it again, or repair it; the other commands work\n"
        ),
    )


@pytest.mark.parametrize(
    ("name", "why"), [("odd", "garden_cli:number is a int, no function"), ("lost", "has no attribute 'nothing'")]
)
def test_one_that_is_no_function_or_not_there_says_so(run: Run, name: str, why: str) -> None:
    done = run(name)
    assert done.code == 3
    assert why in done.err


def test_a_command_of_the_program_can_not_be_taken_over(run: Run) -> None:
    assert run("serve", "--help").out.startswith("Usage: tradewright serve")


def test_an_unknown_command_is_still_unknown(run: Run) -> None:
    done = run("frobnicate")
    assert (done.code, "No such command 'frobnicate'" in done.err) == (2, True)


def test_the_shipped_ones_are_listed() -> None:
    assert "einvoice" in extra.extra_names()
    assert metadata.entry_points(group=extra.GROUP, name="einvoice")


def test_a_command_of_an_addon_imports_nothing_of_the_server() -> None:
    code = (
        "import sys; from tradewright.cli import main; main(['einvoice', '--help'])\n"
        "print({'sqlalchemy', 'werkzeug', 'weasyprint', 'babel', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith("set()\n")
