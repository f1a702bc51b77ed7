"""Plans on the terminal: whole before they are applied, in a few lines afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tradewright.app.lifecycle.plan import AddonChange, Brings, LifePlan, Obstacle
    from tradewright.app.lifecycle.rehearse import Report


def show_plan(plan: LifePlan) -> None:
    """Print all that a plan will do."""
    if not plan:
        click.echo("The tables are as the addons declare them.")
    for line in (*_changes(plan), *(line for brought in plan.brings for line in _brings(brought))):
        click.echo(line)
    _show_work(plan)
    for loss in plan.losses:
        click.secho(f"LOSS {loss.name}: {loss.rows} rows; {loss.why}", fg="red")
    for obstacle in plan.obstacles:
        _show_obstacle(obstacle)
    if plan:
        click.echo(f"{len(plan.statements)} statements on {plan.rows} rows, in one transaction. Plan {plan.mark}.")


def _show_work(plan: LifePlan) -> None:
    for migration in plan.migrations:
        rows = f", {migration.rows} rows" if migration.rows else ""
        click.secho(f"-- migration {migration.revision}: {migration.says}{rows}", bold=True)
    for statement in plan.scripts:
        click.echo(f"{statement};")
    for step in plan.steps:
        click.secho(f"-- {step.says}", bold=True)
        for statement in step.sql:
            click.echo(f"{statement};")
    for data in plan.data:
        click.echo(f"{data.file}: {data.records} records")
    for lock in plan.locks:
        click.echo(f"lock {lock.table}: {lock.lock}, {lock.rows} rows")


def _show_obstacle(obstacle: Obstacle) -> None:
    colour = "red" if obstacle.blocking else "yellow"
    click.secho(f"{'STOPPED' if obstacle.blocking else 'NOTE'} [{obstacle.code}] {obstacle.says}", fg=colour)
    for label, value in (("where", obstacle.where), ("value", obstacle.value), ("remedy", obstacle.remedy)):
        if value:
            click.echo(f"  {label}: {value}")


def _changes(plan: LifePlan) -> Iterator[str]:
    return (_change(change) for change in plan.addons if change.what != "stay")


def _change(change: AddonChange) -> str:
    versions = " -> ".join(version for version in (change.before, change.after) if version)
    return f"{change.what} {change.name} {versions}".rstrip()


def _brings(brought: Brings) -> Iterator[str]:
    for label, names in (
        ("roles", brought.roles),
        ("models", brought.models),
        ("pages", brought.routes),
        ("jobs", brought.jobs),
        ("hosts it calls", brought.hosts),
    ):
        if names:
            yield f"  {label}: {', '.join(names)}"


def summary(plan: LifePlan, *, done: bool = False) -> Iterator[str]:
    """Give what a plan does, or has done, in a few lines."""
    groups: dict[str, list[str]] = {}
    for change in plan.addons:
        if change.what == "upgrade":
            groups.setdefault("Upgraded", []).append(f"{change.name} {change.before} -> {change.after}")
        elif change.what == "uninstall":
            groups.setdefault("Uninstalled", []).append(change.name)
        elif change.what != "stay":
            label = "Installed" if change.what == "install" else "Brought back"
            groups.setdefault(label, []).append(f"{change.name} {change.after}")
    for step in plan.steps:
        if step.parks is not None or step.restores:
            yield step.says
    if not done:
        return
    for label, names in groups.items():
        yield f"{label}: {', '.join(sorted(names))}."
    if not groups:
        yield f"Changed the tables of {plan.site}: {len(plan.statements)} statements."


def show_report(report: Report) -> None:
    """Print what a rehearsal found."""
    click.echo(f"Rehearsed on a copy in {report.seconds:.1f} s: {report.statements} statements.")
    for violation in report.violations:
        click.secho(f"{violation.code}: {violation.detail}", fg="red")
    click.echo(f"{len(report.violations)} violations.")
