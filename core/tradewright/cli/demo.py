"""`tradewright demo`: a company to look at, made in a folder that is thrown away by `--reset`."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradewright.base.settings import MailSettings, Settings, SiteSettings
from tradewright.cli.context import Context, pass_context, steps, tell_problems

if TYPE_CHECKING:
    from tradewright.hooks import DemoLogin

SITE = "demo"
SCHEMA = "tradewright_demo"
LOGINS = "logins.json"
"""Kept beside the site, so that starting the server needs no look into the database."""


@click.command()
@click.option("--host", default="127.0.0.1", help="The address to listen at.")
@click.option("--port", default=8000, type=click.IntRange(0, 65_535), help="The port; 0 takes a free one.")
@click.option("--reset", is_flag=True, help="Throw away what there is and make it anew.")
@click.option("--no-serve", is_flag=True, help="Make it, and do not start the server.")
@click.option("--database", metavar="URL", help=f"A PostgreSQL database; the schema {SCHEMA} in it is used.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it is kept; var/demo of this checkout, or here, when it is not given.",
)
@pass_context
def demo(
    context: Context, *, host: str, port: int, reset: bool, no_serve: bool, database: str | None, folder: Path | None
) -> None:
    """Make a believable company with all addons, and serve it.

    It is made once, with dates relative to that day, and served again afterwards; --reset makes it anew. Mails are not
    sent but kept to be read.
    """
    home = (folder or _default_folder()).absolute()
    if database is not None:
        home = home.with_name(f"{home.name}-{hashlib.sha256(database.encode()).hexdigest()[:8]}")
    if reset and home.exists():
        shutil.rmtree(home)
    if home.exists():
        made = datetime.fromtimestamp((home / LOGINS).stat().st_mtime, UTC)
        click.echo(f"The demonstration was made on {made:%Y-%m-%d}; --reset makes it anew.")
    else:
        _make(context.settings, home, database)
    if no_serve:
        click.echo(f"The demonstration is ready in {home}.")
        _tell(home, "")
    else:
        _serve(demo_settings(context.settings, home, database), home, host, port)


def demo_settings(settings: Settings, home: Path, database: str | None) -> Settings:
    """Return settings with the demonstration as their only site, kept in the folder `home`; no mail leaves it."""
    site = SiteSettings(
        SITE,
        database or f"sqlite:///{home / 'site.sqlite'}",
        schema=SCHEMA if database else None,
        files=home / "files",
        languages=settings.languages,
    )
    return replace(settings, sites={SITE: site}, mail=MailSettings(), secret_key_file=home / "secret.key")


def _default_folder() -> Path:
    checkout = Path(__file__).parents[3]
    return (checkout if (checkout / "bin" / "demo").is_file() else Path.cwd()) / "var" / "demo"


def _make(settings: Settings, home: Path, database: str | None) -> None:
    """Make the site in a folder beside and rename it at the end, so that one that is half done is never served."""
    from tradewright.app import install, open_installation
    from tradewright.hooks import demo_logins
    from tradewright.registry.install import drop_schema

    draft = home.with_name(f"{home.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    installation = open_installation(demo_settings(settings, draft, database))
    try:
        site = installation.site()
        tell_problems(site.composition.addons.problems)
        drop_schema(site.database)
        with steps("Making the demonstration", len(site.composition.packages)) as step:
            install(site, demo=True, progress=step)
        with site.env(readonly=True) as env:
            logins: list[DemoLogin] = env.hook(demo_logins)(env)
    finally:
        installation.close()
    (draft / LOGINS).write_text(json.dumps([asdict(login) for login in logins], indent=1), encoding="utf-8")
    draft.rename(home)


def _serve(settings: Settings, home: Path, host: str, port: int) -> None:
    from tradewright.cli.serve import refuse
    from tradewright.cli.server import Serving, serve

    def ready(address: str) -> None:
        click.echo(f"The demonstration runs at {address}, until Ctrl-C.")
        _tell(home, address)

    def closed(error: Exception) -> None:
        refuse(error)
        if getattr(error, "code", "").startswith("lifecycle."):
            click.echo("The demonstration is of another version: --reset makes it anew.", err=True)

    serve(settings, Serving(host=host, port=port, all_jobs=True, ready=ready, refuse=closed))


def _tell(home: Path, address: str) -> None:
    logins: list[dict[str, str]] = json.loads((home / LOGINS).read_text(encoding="utf-8"))
    click.echo(f"\n  Sign in      {address}/login")
    click.echo(f"  Mails sent   {address}/office/mailbox (as a member of staff)\n")
    width = max((len(each["login"]) for each in logins), default=0)
    for each in logins:
        click.echo(f"  {each['login'].ljust(width)}  {each['password']}  {each['who']}")
