"""The root of the program: global options, the commands by name, and what is printed when one fails."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from tradewright.cli.context import Context
from tradewright.cli.extra import extra_command, extra_names
from tradewright.cli.failures import explain

COMMANDS = {
    "init": "tradewright.cli.init:init",
    "serve": "tradewright.cli.serve:serve",
    "worker": "tradewright.cli.worker:worker",
    "demo": "tradewright.cli.demo:demo",
    "addon": "tradewright.cli.addon:addon",
    "user": "tradewright.cli.user:user",
    "verify": "tradewright.cli.verify:verify",
    "doctor": "tradewright.cli.doctor:doctor",
    "import": "tradewright.cli.transfer:import_",
    "export": "tradewright.cli.transfer:export",
    "shell": "tradewright.cli.shell:shell",
}


class Commands(click.Group):
    """The commands in the order in which they are needed, then those of addons.

    One is imported when it is called or its help is shown.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return [*COMMANDS, *(name for name in extra_names() if name not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        del ctx
        if cmd_name not in COMMANDS:
            return extra_command(cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(module), name)
        return found if isinstance(found, click.Command) else None


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100},
)
@click.version_option(package_name="tradewright")
@click.option("--site", "site_name", metavar="NAME", envvar="TRADEWRIGHT_SITE", help="The site to work on.")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings, else what TRADEWRIGHT_CONFIG names, else tradewright.toml here.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option(
    "--safe-mode",
    is_flag=True,
    help="Load the core alone, with what signing in needs: to look after a site whose addons break it.",
)
@click.pass_context
def tradewright(ctx: click.Context, site_name: str | None, file: Path | None, *, debug: bool, safe_mode: bool) -> None:
    """Run and look after an installation of Tradewright.

    Without any settings there is one site, main, in the file var/main.sqlite here, with all addons that are found.
    """
    ctx.obj = ctx.with_resource(Context(file=file, site_name=site_name, debug=debug, safe_mode=safe_mode))


def main(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code: object = tradewright.main(args=given, prog_name="tradewright", standalone_mode=False)
    except click.ClickException as refusal:
        refusal.show()
        return refusal.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output has left (head, say), which is no fault of anybody.
        sys.stderr.close()
        return 0
    except Exception as error:  # the outermost net: told without a traceback, but for --debug
        if "--debug" in given:
            raise
        text, failed = explain(error)
        click.echo(text, err=True)
        return failed
    return code if isinstance(code, int) else 0
