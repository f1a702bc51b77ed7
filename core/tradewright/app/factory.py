"""Making sites out of settings, and installing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradewright.addons import discover
from tradewright.app.composition import Composition, Compositions
from tradewright.app.site import Site
from tradewright.base.settings import MailSettings, Settings, SiteSettings
from tradewright.jobs.outbox import JobOutbox
from tradewright.orm.database import Database
from tradewright.registry import install as installing
from tradewright.registry import state

if TYPE_CHECKING:
    from tradewright.app.lifecycle import LifeCycle
    from tradewright.base.clock import Clock
    from tradewright.orm import Env


class Installation:
    """All sites of one settings file in this process; equal addon sets share their composition.

    In `safe` mode each site has the core only, with what signing in needs, whatever it has installed.
    """

    def __init__(self, settings: Settings, *, safe: bool = False, serving: bool = False) -> None:
        self.settings = settings
        self.safe = safe
        self.compositions = Compositions(
            discover(settings.addons_path),
            start_seconds=settings.addon_start_seconds,
            hook_seconds=settings.hook_seconds,
            checks=serving_checks(settings) if serving else (),
            safe=safe,
        )
        self._sites: dict[str, Site] = {}

    def site(self, name: str | None = None) -> Site:
        """Return a site, opened once; without a name the default one."""
        chosen = self.settings.site(name)
        if chosen.name not in self._sites:
            database = open_database(chosen)
            wanted = chosen.addons if chosen.addons is not None else _installed(database)
            self._sites[chosen.name] = open_site(
                chosen,
                self.compositions.get_safe() if self.safe else self.compositions.get(wanted),
                mail=self.settings.mail,
                settings=self.settings,
                database=database,
            )
            self._sites[chosen.name].life_cycle = partial(self.life_cycle, chosen.name)
        return self._sites[chosen.name]

    def life_cycle(self, name: str | None = None) -> LifeCycle:
        """Return what changes the addons of a site."""
        from tradewright.app.lifecycle import LifeCycle

        return LifeCycle(self.site(name), self.compositions, fixed=self.settings.site(name).addons)

    def sites(self) -> list[Site]:
        """Return all sites, opened."""
        return [self.site(name) for name in self.settings.sites]

    def close(self) -> None:
        """Close the connections of all sites."""
        for site in self._sites.values():
            site.close()
        self._sites.clear()


def open_installation(settings: Settings, *, safe: bool = False, serving: bool = False) -> Installation:
    """Find the addons and make the sites of the settings ready to be opened.

    With `serving` addons whose routes, templates or jobs do not fit are set aside, too, not only when they are needed.
    """
    return Installation(settings, safe=safe, serving=serving)


def serving_checks(settings: Settings) -> tuple[Callable[[Composition], object], ...]:
    """Return what puts together the parts of a composition that only a server and its jobs need."""
    from tradewright.jobs.book import book_of
    from tradewright.web.website import Parts

    def routes(composition: Composition) -> object:
        return Parts.of(composition.addons, debug=settings.debug, cache_folder=settings.cache_folder)

    def jobs(composition: Composition) -> object:
        return book_of(composition.registry)

    return routes, jobs


def open_database(chosen: SiteSettings) -> Database:
    """Make the engine of a site; nothing is read yet."""
    if chosen.database.startswith("sqlite:///"):
        Path(chosen.database.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return Database(chosen.database, schema=chosen.schema)


def _installed(database: Database) -> tuple[str, ...] | None:
    """Return the addons that a site has; None where it was not made yet: then it gets all that are found."""
    with database.read.connect() as connection:
        installed = state.installed_versions(connection)
    return tuple(installed) if installed is not None else None


def open_site(
    chosen: SiteSettings,
    composition: Composition,
    *,
    mail: MailSettings | None = None,
    settings: Any = None,
    clock: Clock | None = None,
    database: Database | None = None,
) -> Site:
    """Open one site with these addons, whatever its database has; nothing is read from it yet."""
    return Site(
        chosen.name,
        database or open_database(chosen),
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
    """Make the tables and data of all addons of an opened site; return the ones that are new.

    Running it again completes what is missing and changes nothing that is there. It is the plan of `LifeCycle`, applied
    without being shown: for new sites, and where somebody decided already. An addon that was set aside refuses it.
    """
    from tradewright.app.lifecycle import LifeCycle

    for fault in site.composition.addons.problems:
        if fault not in site.composition.discovery.problems:
            raise fault
    compositions = Compositions(site.composition.discovery)
    compositions.keep(site.composition)
    cycle = LifeCycle(site, compositions, fixed=site.composition.addons.names)
    plan = cycle.plan_install()
    if plan:
        cycle.apply(plan, progress=progress)
    fresh = [one.name for one in plan.addons if one.what in {"install", "bring back"}]
    if demo and fresh:
        with site.env() as env:
            installing.load_demo(env)
    return fresh


__all__ = ["Installation", "install", "open_installation", "open_site"]
