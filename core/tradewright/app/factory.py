"""Making sites out of settings, and installing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradewright.addons import discover
from tradewright.app.composition import Composition, Compositions
from tradewright.app.site import Site
from tradewright.base.settings import MailSettings, Settings, SiteSettings
from tradewright.jobs.outbox import JobOutbox
from tradewright.jobs.postgresql import install_schema
from tradewright.orm.database import Database
from tradewright.registry import install as installing

if TYPE_CHECKING:
    from tradewright.base.clock import Clock
    from tradewright.orm import Env


class Installation:
    """All sites of one settings file in this process; equal addon sets share their composition."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.compositions = Compositions(discover(settings.addons_path))
        self._sites: dict[str, Site] = {}

    def site(self, name: str | None = None) -> Site:
        """Return a site, opened once; without a name the default one."""
        chosen = self.settings.site(name)
        if chosen.name not in self._sites:
            self._sites[chosen.name] = open_site(
                chosen, self.compositions.get(chosen.addons), mail=self.settings.mail, settings=self.settings
            )
        return self._sites[chosen.name]

    def sites(self) -> list[Site]:
        """Return all sites, opened."""
        return [self.site(name) for name in self.settings.sites]

    def close(self) -> None:
        """Close the connections of all sites."""
        for site in self._sites.values():
            site.close()
        self._sites.clear()


def open_installation(settings: Settings) -> Installation:
    """Find the addons and make the sites of the settings ready to be opened."""
    return Installation(settings)


def open_site(
    chosen: SiteSettings,
    composition: Composition,
    *,
    mail: MailSettings | None = None,
    settings: Any = None,
    clock: Clock | None = None,
) -> Site:
    """Open one site; nothing is read from its database yet."""
    if chosen.database.startswith("sqlite:///"):
        Path(chosen.database.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return Site(
        chosen.name,
        Database(chosen.database, schema=chosen.schema),
        composition,
        outbox=JobOutbox(mail=mail, render=_render_mail),
        files=chosen.files,
        settings=settings or chosen,
        clock=clock,
        language=chosen.languages[0] if chosen.languages else "en",
    )


def _render_mail(env: Env, template: str, data: Mapping[str, Any], *, language: str) -> str:
    """Render a mail by the web layer's templates, which are imported with the first mail only."""
    from tradewright.web.website import render_mail

    return render_mail(env, template, data, language=language)


def install(site: Site, *, demo: bool = False, progress: Callable[[str], Any] | None = None) -> list[str]:
    """Make the tables and data of all addons that a site enables; return the ones that are new.

    Running it again completes what is missing and changes nothing that is there.
    """
    for fault in site.composition.view_faults:
        raise fault  # before a table is made
    installing.create_schema(site.database)
    installing.create_tables(site.database, site.registry)
    if not site.database.sqlite:
        with site.database.write.begin() as connection:
            install_schema(connection)
    with site.env() as env:
        fresh = installing.load_data(env, site.composition.packages, progress)
    if demo and fresh:
        with site.env() as env:
            installing.load_demo(env)
    return fresh


__all__ = ["Installation", "install", "open_installation", "open_site"]
