"""`tradewright init`: makes a site ready to be served."""

from __future__ import annotations

import click

from tradewright.cli.context import Context, pass_context, steps


@click.command()
@click.option("--demo", is_flag=True, help="Fill it with the records of a believable company.")
@pass_context
def init(context: Context, *, demo: bool) -> None:
    """Make the database of a site ready: tables, first records, and all addons it enables.

    Running it again completes what is missing and changes nothing that is there.
    """
    from tradewright.app import install

    site = context.site
    with steps(f"Installing {site.name}", len(site.composition.packages)) as step:
        fresh = install(site, demo=demo, progress=step)
    click.echo(f"Site {site.name} has these addons: {', '.join(site.composition.addons.names)}.")
    click.echo(f"New among them: {', '.join(fresh)}." if fresh else "None of them is new: nothing was changed.")
    if fresh and not demo:
        click.echo("Next: tradewright user create LOGIN --role ADDON.ROLE (tradewright user roles lists them).")
        click.echo("Then: tradewright serve.")
