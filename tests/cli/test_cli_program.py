"""The program tells what there is, and a mistake by its code, what happened and what to do, without a traceback."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Run
from tradewright.cli.program import COMMANDS, tradewright


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["addon", "new"], ["user", "create"]])
def test_each_command_explains_itself(run: Run, command: list[str]) -> None:
    done = run(*command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: tradewright")
    assert len(done.out.splitlines()) > 5


def test_each_option_and_command_has_a_help() -> None:
    context = tradewright.make_context("tradewright", ["--help"], resilient_parsing=True)
    for name in tradewright.list_commands(context):
        command = tradewright.get_command(context, name)
        assert command is not None
        inner = list(getattr(command, "commands", {}).values()) or [command]
        for one in inner:
            assert one.help, one.name
            assert [each.name for each in one.params if isinstance(each, click.Option) and not each.help] == []


def test_asking_for_help_imports_no_library_of_the_server() -> None:
    code = "import sys; from tradewright.cli import main; main(['--help']); print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith("False\n")


def test_the_version_is_told(run: Run) -> None:
    done = run("--version")
    assert (done.code, done.out) == (0, "tradewright, version 0.1.0\n")


@pytest.mark.parametrize("arguments", [["frobnicate"], ["serve", "--port", "99999"], ["export"], ["user", "create"]])
def test_a_wrong_call_ends_with_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Error: " in done.err


def test_a_site_that_the_settings_do_not_name_ends_with_3(run: Run, empty: Path) -> None:
    done = run("--site", "mian", "verify")
    assert (done.code, done.err) == (
        3,
        (
            "[settings.unknown-site] the settings name no site like this\n"
            f"  where:  {empty / 'tradewright.toml'}\n"
            "  value:  'mian'\n"
            "  nearest: main\n"
            "  remedy: use one of them, or add a table [sites.mian]\n"
        ),
    )


def test_a_site_that_was_not_made_yet_ends_with_3_and_says_how(run: Run, empty: Path) -> None:
    done = run("verify")
    assert (done.code, done.err) == (
        3,
        (
            "[cli.database] the database refuses: no such table: base_company\n"
            "  remedy: run `tradewright init` if the site is new; "
            "else check its address in the settings and its server\n"
        ),
    )
    assert empty.is_dir()


def test_a_database_that_does_not_answer_ends_with_3(run: Run, empty: Path) -> None:
    (empty / "tradewright.toml").write_text(
        '[sites.main]\ndatabase = "postgresql://nobody@127.0.0.1:1/none"\naddons = ["base"]\n'
    )
    done = run("user", "list")
    assert done.code == 3
    assert done.err.startswith("[cli.database] the database refuses: connection")


def test_a_port_that_is_taken_ends_with_3(run: Run, folder: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", port)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("[cli.system] Address already in use")
    assert folder.is_dir()


def test_what_nobody_expected_is_told_in_one_line(run: Run, folder: Path) -> None:
    done = run("shell", "-c", "1 / 0")
    assert (done.code, done.err) == (
        1,
        (
            "[cli.unexpected] ZeroDivisionError: division by zero\n"
            "  remedy: run it again with --debug before the command to see where, and report it\n"
        ),
    )
    with pytest.raises(ZeroDivisionError):
        run("--debug", "shell", "-c", "1 / 0")
    assert folder.is_dir()
