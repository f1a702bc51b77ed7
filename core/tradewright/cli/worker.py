"""`tradewright worker`: runs what is to be done after commit and by the clock."""

from __future__ import annotations

import os
import sys

import click

from tradewright.base import DeveloperError
from tradewright.cli.context import Context, pass_context


@click.command()
@click.option("--concurrency", default=2, type=click.IntRange(1, 64), help="Jobs at once, of each queue of each site.")
@click.option("--once", is_flag=True, help="End when no job is due, instead of waiting for more.")
@pass_context
def worker(context: Context, *, concurrency: int, once: bool) -> None:
    """Run the jobs, schedules and mails of all sites of the settings.

    Any number of workers may run on any number of hosts: each job is done once. It ends on SIGTERM or Ctrl-C, when the
    jobs that are running are done. Sites in SQLite files have their jobs run by `serve`, and by this only when that
    does not run. When addons are installed or taken off, it starts itself anew with those of then.
    """
    from tradewright.cli.server import run_worker

    if context.safe_mode:
        raise DeveloperError(
            "cli.safe-mode",
            "jobs do not run in safe mode, as those of addons that are not loaded would be given up",
            remedy="leave --safe-mode out when the addons are mended",
        )
    context.serving = True  # what a server sets aside is set aside here
    again = run_worker(
        context.installation,
        concurrency=concurrency,
        wait=not once,
        ready=lambda: click.echo("Working."),
    )
    if again:
        click.echo("The addons were changed: starting anew.")
        context.installation.close()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  the same program, the same options
