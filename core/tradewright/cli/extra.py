"""Commands that addons bring, by the entry point group `tradewright.commands`.

    [options.entry_points]
    tradewright.commands =
        einvoice = tradewright_einvoice.cli:main

The entry point is a function of the arguments that returns the exit code; its docstring is the help. It parses its
own arguments, `--help` among them, and needs neither settings nor a site. It is imported when it is called or listed,
so the program starts as quickly with it as without. One that can't be imported says so when it is called, and breaks
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import Protocol, cast

import click

from tradewright.base import DeveloperError

GROUP = "tradewright.commands"


class Program(Protocol):
    """What an addon's entry point names."""

    def __call__(self, arguments: Sequence[str], /) -> int:
        """Do what the arguments say, and return the exit code: 0 done, 1 refused or found, 2 a wrong call."""
        ...


def extra_names() -> list[str]:
    """Return the names of the commands that addons bring."""
    return sorted({point.name for point in metadata.entry_points(group=GROUP)})


def extra_command(name: str) -> click.Command | None:
    """Return an addon's command by its name. One that is broken explains itself when it is called."""
    points = sorted(metadata.entry_points(group=GROUP, name=name), key=lambda point: point.value)
    if not points:
        return None
    point = points[0]
    try:
        program = point.load()
    except Exception as error:  # noqa: BLE001  # whatever an addon's module does when it is imported
        return _broken(point, error)
    if not callable(program):
        return _broken(point, TypeError(f"{point.value} is a {type(program).__name__}, no function"))
    return _command(name, cast("Program", program))


def _command(name: str, program: Program) -> click.Command:
    def run(arguments: tuple[str, ...]) -> int:
        try:
            return program(arguments)
        except SystemExit as ended:  # how argparse ends after its help, and after a wrong call
            return ended.code if isinstance(ended.code, int) else 2

    return click.Command(
        name,
        callback=run,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        help=program.__doc__,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )


def _broken(point: metadata.EntryPoint, error: Exception) -> click.Command:
    def run(arguments: tuple[str, ...]) -> None:
        del arguments
        raise DeveloperError(
            "cli.broken-command",
            f"the command can't be loaded: {type(error).__name__}: {error}",
            where=f"entry point {GROUP}: {point.name} = {point.value}",
            value=point.name,
            remedy="install the addon that brings it again, or repair it; the other commands work",
        ) from error

    return click.Command(
        point.name,
        callback=run,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        short_help="This command of an addon can't be loaded; call it to see why.",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )
