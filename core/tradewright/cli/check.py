"""`tradewright addon check`: hold an addon to the rules of conformance and tell what is wrong, and how to mend it."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from tradewright.addons import TIERS
from tradewright.base import DeveloperError
from tradewright.cli.context import Context, pass_context, steps
from tradewright.cli.failures import FOUND

if TYPE_CHECKING:
    from tradewright.conformance import Finding, Rule, Subject, Verdict


@click.command()
@click.argument("name")
@click.option(
    "--tier", type=click.Choice(TIERS), help="The tier to reach, else the one that the addon claims, or bronze."
)
@click.option("--database", metavar="URL", help="Also live on PostgreSQL: a user of it who may create databases.")
@click.option("--static", is_flag=True, help="Read and import only: make no sites.")
@click.option("--rule", "codes", multiple=True, metavar="CODE", help="Only these rules (C104, or C1 for the family).")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
@pass_context
def check(
    context: Context,
    ctx: click.Context,
    *,
    name: str,
    tier: str | None,
    database: str | None,
    static: bool,
    codes: tuple[str, ...],
    as_json: bool,
) -> None:
    """Hold an addon to the rules of conformance: NAME, or the folder of one.

    The sites that this takes are made in a folder of their own and removed; those of the settings are not touched. The
    exit code is 1 where the addon is below the tier, or gives an exemption that is stale or unknown.
    """
    from tradewright.conformance import find_subject, judge
    from tradewright.conformance.bench import Bench, copies_on

    chosen = _chosen(codes, static=static)
    with ExitStack() as stack:
        stack.enter_context(_silent())
        copy = stack.enter_context(copies_on(_server(database))) if database else None
        bench = stack.enter_context(Bench(postgresql=copy))
        subject = find_subject(name, paths=context.settings.addons_path, bench=bench)
        verdict = judge(subject, _found(subject, chosen))
    wanted = tier or verdict.claimed or TIERS[0]
    if as_json:
        click.echo(json.dumps({**verdict.to_json(), "wanted": wanted, "passed": verdict.passes(wanted)}, indent=2))
    else:
        _tell(verdict, wanted)
    ctx.exit(0 if verdict.passes(wanted) else FOUND)


@contextmanager
def _silent() -> Generator[None]:
    """Keep the log quiet: what pages tell it becomes findings."""
    logger = logging.getLogger("tradewright")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _chosen(codes: tuple[str, ...], *, static: bool) -> list[Rule]:
    from tradewright.base import nearest
    from tradewright.conformance import RULES

    for code in codes:
        if not any(known.startswith(code) for known in RULES):
            raise DeveloperError(
                "cli.no-rule",
                "there is no such rule",
                value=code,
                near=nearest(code, RULES),
                remedy="docs/reference/conformance.md lists them all",
            )
    rules = [one for one in RULES.values() if not (static and one.kind == "living")]
    return [one for one in rules if not codes or one.code.startswith(codes)]


def _server(url: str) -> str:
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return url
    raise DeveloperError(
        "cli.database-url",
        "this is not the address of a PostgreSQL server; SQLite is looked at in any case",
        value=url,
        remedy="write postgresql://user:password@host/postgres",
    )


def _found(subject: Subject, rules: list[Rule]) -> dict[str, tuple[Finding, ...]]:
    found: dict[str, tuple[Finding, ...]] = {}
    with steps(f"Checking {subject.name}", len(rules)) as step:
        for rule in rules:
            found[rule.code] = tuple(rule.check(subject))
            step(f"{rule.code} {rule.name}")
    return found


def _tell(verdict: Verdict, wanted: str) -> None:
    from tradewright.conformance import RULES

    for code in sorted({finding.code for finding in verdict.findings}):
        rule = RULES.get(code)
        if rule is not None:
            click.secho(f"{code} ({rule.tier}) {rule.name}", bold=True)
            click.echo(f"  {rule.reason}")
            click.echo(f"  see {rule.page}")
        for finding in verdict.findings:
            if finding.code == code:
                click.echo(str(finding))
        click.echo()
    exempt = f", {len(verdict.exempt)} exempt" if verdict.exempt else ""
    reached = verdict.reached or "no tier"
    click.echo(
        f"{verdict.addon}: {len(verdict.ran)} rules, {len(verdict.findings)} findings{exempt}; it reaches {reached}."
    )
    if not verdict.passes(wanted):
        asked = "claims" if wanted == verdict.claimed else "has to reach"
        click.secho(f"It {asked} {wanted}: mend what stands above.", fg="red")
