"""`tradewright addon install`, `upgrade`, `uninstall`, `parked`, `purge`: a plan is shown, and that plan is applied."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradewright.cli.context import Context, pass_context, show_table, steps
from tradewright.cli.plans import show_plan, show_report, summary

if TYPE_CHECKING:
    from tradewright.app.lifecycle import LifeCycle, LifePlan


def _options(command: Any) -> Any:
    for option in reversed(
        (
            click.option("--plan", "only_plan", is_flag=True, help="Show what would be done, and do nothing."),
            click.option("--json", "as_json", is_flag=True, help="Write the plan as JSON (with --plan), for machines."),
            click.option(
                "--rehearse", is_flag=True, help="Do it on a copy of the site, verify that, and report; change nothing."
            ),
            click.option(
                "--expect",
                type=click.Path(path_type=Path, exists=True, dir_okay=False),
                help="Apply only if the plan is the one in this file, as --plan --json wrote it.",
            ),
            click.option(
                "--lose",
                multiple=True,
                metavar="TABLE[.COLUMN]",
                help="Name what may be lost; nothing else will be. Can be given several times.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.argument("names", nargs=-1, required=True)
@_options
@pass_context
def install(context: Context, /, *, names: tuple[str, ...], **options: Any) -> None:
    """Install addons on a site, with all that they depend on.

    What an uninstalled addon had parked is brought back.
    """
    cycle = context.life_cycle
    _go(cycle, lambda: cycle.plan_install(*names), **options)


@click.command()
@click.argument("names", nargs=-1)
@_options
@pass_context
def upgrade(context: Context, /, *, names: tuple[str, ...], **options: Any) -> None:
    """Bring a site to the versions of its addons that are found now: migrations, tables, new records.

    The addons of a site run as one program and are upgraded together. With names it is refused where others would be
    upgraded, too; without, all are.

    What an addon no longer declares is parked, not deleted. One that was interrupted goes on where it stopped.
    """
    cycle = context.life_cycle
    _go(cycle, lambda: cycle.plan_upgrade(*names), **options)


@click.command()
@click.argument("names", nargs=-1, required=True)
@_options
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_context
def uninstall(context: Context, /, *, names: tuple[str, ...], yes: bool, **options: Any) -> None:
    """Take addons off a site; what they keep is parked and comes back when they are installed again.

    Refused where other addons depend on them, or where they keep posted documents.
    """
    cycle = context.life_cycle
    _go(cycle, lambda: cycle.plan_uninstall(*names), ask=not yes, **options)


def _go(
    cycle: LifeCycle,
    make: Callable[[], LifePlan],
    *,
    only_plan: bool,
    as_json: bool,
    rehearse: bool,
    expect: Path | None,
    lose: tuple[str, ...],
    ask: bool = False,
) -> None:
    plan = make()
    if only_plan or as_json:
        click.echo(json.dumps(plan.to_json(), indent=2, ensure_ascii=False)) if as_json else show_plan(plan)
        return
    if rehearse:
        from tradewright.app.lifecycle.rehearse import rehearse as run

        show_report(run(cycle, plan, lose=lose))
        return
    if expect is not None:
        _expected(plan, expect)
    if not plan:
        click.echo("All addons were installed already, in their versions.")
        return
    if ask:
        for line in summary(plan):
            click.echo(line)
        click.confirm(f"Take {', '.join(plan.names)} off {plan.site}?", abort=True)
    with steps(f"Changing {plan.site}", len(plan.steps) + len(plan.addons)) as step:
        cycle.apply(plan, lose=lose, progress=step)
    for line in summary(plan, done=True):
        click.echo(line)


def _expected(plan: LifePlan, file: Path) -> None:
    from tradewright.base import DeveloperError

    try:
        mark = json.loads(file.read_text(encoding="utf-8"))["mark"]
    except (ValueError, KeyError, TypeError) as error:
        raise click.BadParameter(f"{file} is not a plan that --plan --json wrote") from error
    if mark != plan.mark:
        raise DeveloperError(
            "lifecycle.plan-changed",
            "the plan is not the one in the file; nothing was done",
            where=str(file),
            value=plan.mark,
            remedy="look at the new plan, then apply that",
        )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON, for machines.")
@pass_context
def parked(context: Context, *, as_json: bool) -> None:
    """List what uninstalled addons left on a site: tables and columns, since when, and how many rows."""
    from tradewright.app.lifecycle.parked import list_parked

    rows = list_parked(context.site)
    if as_json:
        click.echo(json.dumps([row.to_json() for row in rows], indent=2))
        return
    if not rows:
        click.echo("Nothing is parked.")
        return
    show_table(
        ("ADDON", "ROWS", "SINCE", "WHAT"),
        [(row.addon, str(row.rows), row.since.date().isoformat(), row.what) for row in rows],
    )


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--backup",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The ZIP file that gets the rows first, as CSV; it must not exist yet.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_context
def purge(context: Context, *, names: tuple[str, ...], backup: Path, yes: bool) -> None:
    """Drop for good what uninstalled addons had parked, after a backup of it."""
    from tradewright.app.lifecycle.parked import choose_parked, drop_parked

    rows = choose_parked(context.site, names)
    for row in rows:
        click.echo(f"{row.what}: {row.rows} rows, parked {row.since.date().isoformat()}")
    if not yes:
        click.confirm(f"Drop this from {context.site.name} for good?", abort=True)
    drop_parked(context.site, rows, backup)
    click.echo(f"Dropped; the rows are in {backup}.")
