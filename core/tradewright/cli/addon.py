"""`tradewright addon`: what is there to enable, what is installed, who hooks into what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradewright.cli.context import Context, pass_context, show_table, steps, tell_problems
from tradewright.cli.failures import FOUND, is_database_error

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.registry.evolve import Plan


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
        return "not enabled" if installed is None else f"{installed} installed, not enabled"
    if installed is None:
        return "to install"
    return "installed" if installed == version else f"{installed} installed, to upgrade"


_PLAN = click.option("--plan", "only_plan", is_flag=True, help="Show what would be done to the tables, and do nothing.")


@addon.command()
@click.argument("names", nargs=-1, required=True)
@_PLAN
@pass_context
def install(context: Context, *, names: tuple[str, ...], only_plan: bool) -> None:
    """Install addons on a site, with all that they depend on.

    They have to be enabled: a site enables all addons that are found, or those that its settings name. What an
    uninstalled addon had parked is brought back.
    """
    for name in names:
        if name not in context.site.composition.addons:
            _not_enabled(context, name)
    _bring_up(context, only_plan=only_plan)


@addon.command()
@_PLAN
@pass_context
def upgrade(context: Context, *, only_plan: bool) -> None:
    """Bring a site to the versions of its addons that are found now: tables, new records, notes.

    What an addon no longer declares is parked, not deleted.
    """
    _bring_up(context, only_plan=only_plan)


def _bring_up(context: Context, *, only_plan: bool) -> None:
    from tradewright.app import install as install_on
    from tradewright.registry.install import plan_tables

    site = context.site
    before = _installed(site)
    if only_plan:
        _show(plan_tables(site.database, site.registry) if before else None)
        return
    with steps(f"Installing on {site.name}", len(site.composition.packages)) as step:
        install_on(site, progress=step)
    changes = [
        f"{name} {version}" if name not in before else f"{name} {before[name]} -> {version}"
        for name, version in sorted(_installed(site).items())
        if before.get(name) != version
    ]
    click.echo(
        f"Installed: {', '.join(changes)}." if changes else "All addons were installed already, in their versions."
    )


def _show(plan: Plan | None) -> None:
    if plan is None:
        click.echo("The site is new: all its tables would be made.")
        return
    for step in plan.steps:
        click.secho(f"-- {step.says}", bold=True)
        for statement in step.sql:
            click.echo(f"{statement};")
    click.echo(
        f"{len(plan.sql)} statements, in one transaction." if plan else "The tables are as the addons declare them."
    )


@addon.command()
@click.argument("names", nargs=-1, required=True)
@_PLAN
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_context
def uninstall(context: Context, *, names: tuple[str, ...], only_plan: bool, yes: bool) -> None:
    """Take addons off a site; what they keep is parked and comes back when they are installed again.

    First take them, and what depends on them, off the addons of the site in the settings. Stop the server meanwhile.
    """
    from tradewright.registry.install import change_tables, plan_removal

    site = context.site
    _check_removal(context, names)
    plan = plan_removal(site.database, site.registry, names)
    if only_plan:
        _show(plan)
        return
    for step in plan.steps:
        click.echo(step.says)
    if not yes:
        click.confirm(f"Take {', '.join(names)} off {site.name}?", abort=True)
    change_tables(site.database, plan)
    click.echo(f"Uninstalled: {', '.join(names)}.")


def _check_removal(context: Context, names: tuple[str, ...]) -> None:
    from tradewright.base import DeveloperError, nearest

    site, installed = context.site, _installed(context.site)
    where = f"{context.settings.file or 'tradewright.toml'}, key sites.{site.name}.addons"
    for name in names:
        if name not in installed:
            raise DeveloperError(
                "cli.addon-not-installed",
                f"the site {site.name} does not have this addon",
                addon=name,
                near=nearest(name, installed),
                remedy="correct the name; `tradewright addon list` shows all",
            )
        if name in site.composition.addons:
            addons = site.composition.addons
            left = [each for each in addons.names if each != "core" and name not in addons.uses(each)]
            raise DeveloperError(
                "cli.addon-enabled",
                f"the site {site.name} still enables it",
                addon=name,
                where=where,
                remedy=f"write addons = {json.dumps(left)} there, then call this again",
            )


def _not_enabled(context: Context, name: str) -> None:
    from tradewright.base import DeveloperError, nearest

    found = context.installation.compositions.discovery.found
    place = context.settings.file or "tradewright.toml"
    raise DeveloperError(
        "cli.addon-not-enabled",
        f"the site {context.site.name} does not enable this addon" if name in found else "no sound addon has this name",
        addon=name,
        where=f"{place}, key sites.{context.site.name}.addons",
        near=() if name in found else nearest(name, found),
        remedy="add it to the list there"
        if name in found
        else "`tradewright addon list` shows all, and what is broken",
    )


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
    click.echo("  2. tradewright init, then tradewright serve: its list is in the menu")
    click.echo(f"  3. pytest {root}/tests")
