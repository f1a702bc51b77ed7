"""`tradewright shell`: Python with a site at hand."""

from __future__ import annotations

import sys
from typing import Any

import click

from tradewright.cli.context import Context, pass_context


@click.command()
@click.option("-c", "--command", "source", metavar="CODE", help="Run this and end, instead of asking for input.")
@click.option("--write", is_flag=True, help="Keep the changes that were made when it ends; else nothing is written.")
@pass_context
def shell(context: Context, source: str | None, *, write: bool) -> None:
    """Work on a site in Python, with the system's rights.

    There is `env`, one unit of work; `site`; and each model by its name: env.all(select(Partner)).
    """
    site = context.site
    with site.env(readonly=not write) as env:
        names: dict[str, Any] = {"env": env, "site": site, **_models(env)}
        if source is not None:
            exec(compile(source, "<command>", "exec"), names)  # noqa: S102  what a shell is for
            return
        kept = "what you change is kept when you leave" if write else "nothing you change is kept; --write keeps it"
        _interact(f"Site {site.name}: {kept}.", names)


def _models(env: Any) -> dict[str, Any]:
    import tradewright.orm

    functions = {name: getattr(tradewright.orm, name) for name in ("select", "func", "and_", "or_")}
    models = {info.cls.__name__: info.cls for info in env.site.registry.models.values()}
    return functions | models


def _interact(banner: str, names: dict[str, Any]) -> None:
    import code
    import contextlib

    with contextlib.suppress(ImportError):
        import readline
        import rlcompleter

        readline.set_completer(rlcompleter.Completer(names).complete)
        readline.parse_and_bind("tab: complete")
    code.interact(banner=banner if sys.stdin.isatty() else "", local=names, exitmsg="")
