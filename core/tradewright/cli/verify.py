"""`tradewright verify`: looks whether the data of a site keep all rules."""

from __future__ import annotations

import click

from tradewright.cli.context import Context, pass_context
from tradewright.cli.failures import FOUND


@click.command()
@click.pass_context
@pass_context
def verify(context: Context, ctx: click.Context) -> None:
    """Run the invariants of all addons on the data of a site.

    An invariant is a query that has to stay empty: ledgers that do not balance, stock below zero, gaps in numbers. What
    breaks one is printed, and the exit code is 1. Notices (a job that is dead, say) are printed too.
    """
    from tradewright.registry.verify import invariants_of
    from tradewright.registry.verify import verify as violations_in

    site = context.site
    units = site.composition.units
    with site.env(readonly=True) as env:
        found = list(violations_in(env, units))
    violations = [one for one in found if not one.notice]
    for one in found:
        click.echo(f"{'notice ' if one.notice else ''}{one.code}: {one.detail}\n  rule: {one.says}")
    rules, notices = len(invariants_of(units)), len(found) - len(violations)
    more = f", {notices} notices" if notices else ""
    click.echo(f"Site {site.name}: {rules} rules checked, {len(violations)} violations{more}.")
    ctx.exit(FOUND if violations else 0)
