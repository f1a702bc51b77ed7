"""`tradewright doctor`: what is wrong with a site, and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from tradewright.cli.context import Context, pass_context, show_table
from tradewright.cli.failures import FOUND

if TYPE_CHECKING:
    from tradewright.app.lifecycle.diagnosis import Diagnosis, Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON, for machines.")
@click.pass_context
@pass_context
def doctor(context: Context, ctx: click.Context, *, as_json: bool) -> None:
    """Look at a site: addons that are set aside, conflicts, versions that differ, what waits, the settings.

    Everything is told with its remedy. The exit code is 1 where something is wrong; warnings do not count. With
    --safe-mode before it no addon is loaded, so that it works even where one of them ends the program.
    """
    from tradewright.app.lifecycle.diagnosis import diagnose

    context.serving = True
    found = diagnose(context.installation, context.site_name)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        _show(found)
    ctx.exit(0 if found.sound else FOUND)


_WORDS = {"off": "not loaded", "aside": "set aside", "broken": "broken, not installed", "available": "not installed"}


def _show(found: Diagnosis) -> None:
    rows = [
        (one.name, one.found or "-", one.installed or "-", _WORDS.get(one.state, one.state)) for one in found.addons
    ]
    show_table(("ADDON", "CODE", "INSTALLED", "STATE"), rows)
    for one in found.findings:
        click.echo("")
        _tell(one)
    errors = sum(one.level == "error" for one in found.findings)
    click.echo("")
    mode = " in safe mode" if found.safe_mode else ""
    click.echo(f"Site {found.site}{mode}: errors {errors}, warnings {len(found.findings) - errors}.")


def _tell(one: Finding) -> None:
    click.secho(f"{one.level}: [{one.code}] {one.says}", fg="red" if one.level == "error" else "yellow")
    facts = (("addon", ", ".join(one.addons)), ("where", one.where), ("value", one.value))
    for name, text in (*facts, ("nearest", ", ".join(one.near)), ("remedy", one.remedy)):
        if text:
            click.echo(f"  {name + ':':8}{text}")
