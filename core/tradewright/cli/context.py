"""What the commands share: settings and site opened when first needed, progress and tables on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import click

from tradewright.base.settings import Settings, load_settings

if TYPE_CHECKING:
    from tradewright.app import Installation, Site
    from tradewright.app.lifecycle import LifeCycle
    from tradewright.base import DeveloperError


class Step(Protocol):
    """Tells that a step was done: its name, and how many there were."""

    def __call__(self, name: str, count: int = 1, /) -> None:
        """Move the bar on."""
        ...


class Context:
    """What the global options chose. It closes the sites that were opened when the command ends."""

    def __init__(
        self, *, file: Path | None = None, site_name: str | None = None, debug: bool = False, safe_mode: bool = False
    ) -> None:
        self.file = file
        self.site_name = site_name
        self.debug = debug
        self.safe_mode = safe_mode
        self.serving = False  # a command that needs routes and jobs checked sets it before it opens a site
        self._installation: Installation | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._installation is not None:
            self._installation.close()

    @cached_property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return load_settings(self.file)

    @property
    def installation(self) -> Installation:
        """All sites of the settings."""
        if self._installation is None:
            from tradewright.app import open_installation

            self._installation = open_installation(self.settings, safe=self.safe_mode, serving=self.serving)
        return self._installation

    @cached_property
    def site(self) -> Site:
        """The chosen site, opened. What was set aside among its addons is told on stderr."""
        site = self.installation.site(self.site_name)
        tell_problems(site.composition.addons.problems)
        return site

    @property
    def life_cycle(self) -> LifeCycle:
        """What changes the addons of the chosen site."""
        _ = self.site  # tells what was set aside
        return self.installation.life_cycle(self.site_name)


pass_context = click.make_pass_decorator(Context)


def tell_problems(problems: Iterable[DeveloperError]) -> None:
    """Tell on stderr which addons were set aside, and why."""
    for problem in problems:
        click.secho(str(problem), err=True, fg="yellow")


@contextmanager
def steps(label: str, length: int) -> Generator[Step]:
    """Show progress on stderr, if that is a terminal; the block calls what it is given after each step, or several."""
    if not sys.stderr.isatty():
        yield lambda _name, _count=1: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr, item_show_func=_shown) as bar:
        yield lambda name, count=1: bar.update(count, name)


def _shown(name: object) -> str:
    return str(name or "")


def show_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns; the last column may be of any width."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line[:-1], widths, strict=True)]
        click.secho("  ".join([*cells, line[-1]]).rstrip(), bold=number == 0)
