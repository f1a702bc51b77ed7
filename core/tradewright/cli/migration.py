"""`tradewright addon migration`: the next migration script of an addon, drafted from what a site lacks."""

from __future__ import annotations

import click

from tradewright.cli.context import Context, pass_context


@click.command()
@click.argument("name")
@click.option(
    "-m", "--message", default="Changes", help="What it does, in a line: its docstring, and words of its name."
)
@click.option("--print", "only_print", is_flag=True, help="Show the script, and write nothing.")
@pass_context
def migration(context: Context, *, name: str, message: str, only_print: bool) -> None:
    """Write the next migration script of an addon, from what its models say and the site does not have yet.

    NAME is an addon, or account.sale for the bridge that account has with sale. The site still has the version before.
    What is parked, and what needs no script, is told.
    """
    from tradewright.migrations import Migrations

    site = context.site
    with site.database.read.connect() as connection:
        drafted = Migrations(site.composition.addons).draft(connection, site.registry, name, message)
    for remark in drafted.remarks:
        click.echo(f"{remark}.", err=True)
    if not drafted.text:
        click.echo(f"Nothing of {name} needs a script: the tables of {site.name} have all that it declares.")
        return
    if only_print:
        click.echo(drafted.text, nl=False)
        return
    drafted.file.parent.mkdir(exist_ok=True)
    drafted.file.write_text(drafted.text, encoding="utf-8")
    click.echo(f"Wrote {drafted.file}. Read it, and try it: tradewright addon upgrade --plan")
