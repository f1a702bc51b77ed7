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
    breaks one is printed, and the exit code is 1.
    """
    from tradewright.registry.verify import invariants_of
    from tradewright.registry.verify import verify as violations_in

    site = context.site
    units = site.composition.units
    with site.env(readonly=True) as env:
        violations = list(violations_in(env, units))
    for violation in violations:
        click.echo(f"{violation.code}: {violation.detail}\n  rule: {violation.says}")
    rules = len(invariants_of(units))
    click.echo(f"Site {site.name}: {rules} rules checked, {len(violations)} violations.")
    ctx.exit(FOUND if violations else 0)
