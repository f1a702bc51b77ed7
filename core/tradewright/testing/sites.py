"""Sites for tests: built once for an addon set and a database, then copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tradewright.addons import discover
from tradewright.app import Compositions, Site, install, open_site
from tradewright.base.clock import FixedClock
from tradewright.base.settings import MailSettings, Settings, SiteSettings

if TYPE_CHECKING:
    from tradewright.base.clock import Clock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_compositions: dict[tuple[Path, ...], Compositions] = {}


@dataclass(frozen=True, slots=True)
class Template:
    """What a test wants to find: which addons (None: all that are installed), and whether with demo data."""

    addons: tuple[str, ...] | None = None
    demo: bool = False
    paths: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """A name for the built template."""
        import hashlib

        said = repr((self.addons, self.demo, [str(path) for path in self.paths]))
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def compositions(paths: Sequence[Path] = ()) -> Compositions:
    """Return the compositions of this process for an addons path; discovery runs once."""
    key = tuple(paths)
    if key not in _compositions:
        _compositions[key] = Compositions(discover(key))
    return _compositions[key]


class SiteFactory:
    """Makes sites in a folder of the test's own. `postgresql` copies a template database and returns the URL.

    `paths` are folders with addons that every site finds, beside those of its template.
    """

    def __init__(
        self,
        folder: Path,
        templates: Path,
        postgresql: Callable[[str, Callable[[str], None]], str] | None = None,
        *,
        paths: Sequence[Path] = (),
    ) -> None:
        self.folder = folder
        self.templates = templates
        self.postgresql = postgresql
        self.paths = tuple(paths)
        self.made: list[Site] = []

    def make(
        self,
        template: Template | None = None,
        *,
        clock: Clock | None = None,
        mail: MailSettings | None = None,
    ) -> Site:
        """Make a site that is installed already, from a template that is built at first use."""
        given = template or Template()
        wanted = replace(given, paths=(*self.paths, *given.paths)) if self.paths else given
        if self.postgresql is None:
            url = self._sqlite(wanted)
        else:
            url = self.postgresql(f"tw_{wanted.name}", lambda target: self._build(wanted, target))
        files = self.folder / f"files{len(self.made)}"
        shared = self.templates / f"files_{wanted.name}"
        if shared.is_dir():
            shutil.copytree(shared, files, dirs_exist_ok=True)
        own = SiteSettings(name="test", database=url, files=files)
        site = open_site(
            own,
            compositions(wanted.paths).get(wanted.addons),
            mail=mail,
            settings=Settings(sites={own.name: own}, secret_key_file=self.folder / "secret.key"),
            clock=clock or FixedClock(NOON),
        )
        self.made.append(site)
        return site

    def _sqlite(self, template: Template) -> str:
        built = self.templates / f"{template.name}.sqlite"
        if not built.is_file():
            draft = built.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            self._build(template, f"sqlite:///{draft}")
            draft.rename(built)
        copy = self.folder / f"site{len(self.made)}.sqlite"
        shutil.copyfile(built, copy)
        return f"sqlite:///{copy}"

    def _build(self, template: Template, url: str) -> None:
        files = self.templates / f"files_{template.name}"
        site = open_site(
            SiteSettings(name="template", database=url, files=files),
            compositions(template.paths).get(template.addons),
            clock=FixedClock(NOON),
        )
        try:
            install(site, demo=template.demo)
        finally:
            site.close()  # closing the last connection folds SQLite's WAL into the file that is copied

    def close(self) -> None:
        """Close the sites that were made."""
        for site in self.made:
            site.close()
        self.made.clear()
