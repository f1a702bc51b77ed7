"""`tradewright serve`: the web server."""

from __future__ import annotations

import sys

import click

from tradewright.cli.context import Context, pass_context
from tradewright.cli.failures import explain


@click.command()
@click.option("--host", default="127.0.0.1", help="The address to listen at; 0.0.0.0 is all of this machine.")
@click.option("--port", default=8000, type=click.IntRange(0, 65_535), help="The port; 0 takes a free one.")
@click.option("--workers", default=1, type=click.IntRange(1, 64), help="Processes; two for each core is usual.")
@click.option("--threads", default=8, type=click.IntRange(1, 256), help="Requests at once in each process.")
@click.option("--with-jobs", is_flag=True, help="Run the jobs of PostgreSQL sites here, too, instead of by workers.")
@pass_context
def serve(context: Context, *, host: str, port: int, workers: int, threads: int, with_jobs: bool) -> None:
    """Serve all sites of the settings.

    Jobs of SQLite sites run inside; for those of PostgreSQL sites start `tradewright worker`, on as many hosts as you
    like. Addons that are broken are set aside and told; the others are served. It ends on SIGTERM or Ctrl-C, when the
    requests that are being answered are done.
    """
    from tradewright.cli.server import Serving
    from tradewright.cli.server import serve as run

    if context.safe_mode:
        click.echo("Safe mode: only the core is loaded, with what signing in needs, and no job runs.", err=True)
    serving = Serving(
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        all_jobs=with_jobs,
        safe=context.safe_mode,
        ready=lambda address: click.echo(f"Serving at {address}"),
        refuse=refuse,
    )
    run(context.settings, serving)


def refuse(error: Exception) -> None:
    """Tell why a process of the server could not start."""
    click.echo(explain(error)[0], err=True)
    sys.stderr.flush()
