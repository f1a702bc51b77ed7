"""`tradewright addon`: what is there to enable, what is installed, who hooks into what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradewright.cli.check import check
from tradewright.cli.context import Context, pass_context, show_table, tell_problems
from tradewright.cli.failures import FOUND, is_database_error
from tradewright.cli.lifecycle import install, parked, purge, uninstall, upgrade
from tradewright.cli.migration import migration

if TYPE_CHECKING:
    from tradewright.app import Site


@click.group()
def addon() -> None:
    """Look at addons, install them, write a new one."""


@addon.command("list")
@click.pass_context
@pass_context
def list_(context: Context, ctx: click.Context) -> None:
    """List the addons that were found and what a site has of them.

    Addons that are broken or set aside are told on stderr, and the exit code is 1.
    """
    site = context.installation.site(context.site_name)
    enabled, discovery = site.composition.addons, context.installation.compositions.discovery
    found = discovery.found
    installed = _installed(site)
    rows: list[tuple[str, str, str, str]] = []
    for name in (*enabled.names, *sorted(found.keys() - set(enabled.names))):
        version = str(found[name].manifest.version)
        state = _state(version, installed.get(name), enabled=name in enabled)
        rows.append((name, version, state, str(found[name].manifest.summary)))
    show_table(("ADDON", "VERSION", "STATE", "SUMMARY"), rows)
    problems = (*enabled.problems, *(other for other in discovery.problems if other not in enabled.problems))
    tell_problems(problems)
    ctx.exit(FOUND if problems else 0)


def _installed(site: Site) -> dict[str, str]:
    """Return the versions that the database has; none where the site was not made yet."""
    from tradewright.registry.install import installed

    try:
        with site.env(readonly=True) as env:
            return installed(env)
    except Exception as error:
        if is_database_error(error):
            return {}
        raise


def _state(version: str, installed: str | None, *, enabled: bool) -> str:
    if not enabled:
        return "not installed" if installed is None else f"{installed} installed, not enabled"
    if installed is None:
        return "to install"
    return "installed" if installed == version else f"{installed} installed, to upgrade"


@addon.command()
@pass_context
def hooks(context: Context) -> None:
    """List all hooks of a site: who specifies them, and who answers, in calling order."""
    for row in context.site.composition.hooks.table():
        kind = "first answer counts" if row.spec.firstresult else "all answers"
        click.secho(f"{row.spec.name} ({row.spec.addon}, {kind})", bold=True)
        for who, place in row.implementations:
            click.echo(f"  {who}: {place}")
        if not row.implementations:
            click.echo("  nobody")


@addon.command()
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where the project folder of the addon is made.",
)
def new(name: str, folder: Path) -> None:
    """Write the smallest addon that passes every check, to be grown from there."""
    from tradewright.cli.scaffold import write_addon

    root = write_addon(name, folder)
    click.echo(f"Wrote {root}. Next:")
    click.echo(f'  1. addons_path = ["{root.parent}"] in tradewright.toml')
    click.echo(f"  2. tradewright addon install {name}, then tradewright serve: its list is in the menu")
    click.echo(f"  3. pytest {root}/tests, and tradewright addon check {root}")


for command in (install, upgrade, uninstall, parked, purge, migration, check):
    addon.add_command(command)
