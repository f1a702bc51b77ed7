"""`tradewright init`: makes a site ready to be served."""

from __future__ import annotations

import click

from tradewright.cli.context import Context, pass_context, steps


@click.command()
@click.option(
    "--addon",
    "addons",
    multiple=True,
    metavar="NAME",
    help="Take this addon, and what it depends on; of a "
    "new site only. Can be given several times; without it a new site gets all addons that are found.",
)
@click.option("--demo", is_flag=True, help="Fill it with the records of a believable company.")
@pass_context
def init(context: Context, *, addons: tuple[str, ...], demo: bool) -> None:
    """Make the database of a site ready: tables, first records, and all addons it enables.

    Running it again completes what is missing and changes nothing that is there.
    """
    cycle = context.life_cycle
    plan = cycle.plan_install(*addons)
    site = cycle.site
    with steps(f"Installing {site.name}", len(plan.steps) + len(plan.addons)) as step:
        if plan:
            site = cycle.apply(plan, progress=step)
    fresh = [one.name for one in plan.addons if one.what != "stay"]
    if demo and fresh:
        from tradewright.registry.install import load_demo

        with site.env() as env:
            load_demo(env)
    click.echo(f"Site {site.name} has these addons: {', '.join(site.composition.addons.names)}.")
    click.echo(f"New among them: {', '.join(fresh)}." if fresh else "None of them is new: nothing was changed.")
    if fresh and not demo:
        click.echo("Next: tradewright user create LOGIN --role ADDON.ROLE (tradewright user roles lists them).")
        click.echo("Then: tradewright serve.")
