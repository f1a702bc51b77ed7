"""A site as the web sees it: its hosts, addresses, templates, static files, and the keys of its cookies."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from tradewright.base.settings import Settings
from tradewright.i18n import Formatter, negotiate
from tradewright.orm import protocols
from tradewright.security.keys import derived_key
from tradewright.web import urls
from tradewright.web.flash import unpack
from tradewright.web.jinja import Rendering
from tradewright.web.misses import Suspects
from tradewright.web.page import Extensions
from tradewright.web.static_files import StaticFiles
from tradewright.web.templating import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tradewright.addons import AddonSet
    from tradewright.base.settings import SiteSettings
    from tradewright.i18n import Catalog
    from tradewright.orm import Actor, Env
    from tradewright.web.page import Page
    from tradewright.web.request import Request

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# What languages call themselves, for the switch: these without the 60 ms that Babel takes to tell.
_NAMES = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "it": "Italiano", "zh_Hans": "简体中文"}
HERE = Path(__file__).parent
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Composed(Protocol):
    """What the web needs of a composition."""

    @property
    def addons(self) -> AddonSet:
        """The enabled addons."""
        ...


class Site(protocols.Site, Protocol):
    """A site that gives units of work."""

    website: Any

    @property
    def composition(self) -> Composed:
        """The composition of the site's addon set."""
        ...

    def env(
        self,
        actor: Actor = ...,
        *,
        readonly: bool = False,
        language: str | None = None,
        request_id: str | None = None,
    ) -> AbstractContextManager[Env]:
        """Open a unit of work."""
        ...

    def run(
        self,
        command: Callable[[Env], Any],
        actor: Actor = ...,
        *,
        language: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """Run a command in a retried unit of work."""
        ...


class Parts:
    """What sites with equal addons share: addresses, templates, static files, page extensions."""

    _known: dict[tuple[tuple[str, str], ...], Parts] = {}
    _lock = Lock()

    def __init__(self, addons: AddonSet, *, debug: bool, cache_folder: Path | None = None) -> None:
        others = [part for part in addons.parts if part.addon != "core"]
        self.urls = urls.compose(addons.parts, addons.roles)
        folders = [("core", HERE / "templates"), *((part.addon, part.folder / "templates") for part in others)]
        self.templates = Templates(folders, debug=debug, cache_folder=cache_folder)
        self.static = StaticFiles(
            [("core", HERE / "static"), *((part.addon, part.folder / "static") for part in others)]
        )
        self.extensions = Extensions(others, self.urls, self.templates.names())

    @classmethod
    def of(cls, addons: AddonSet, *, debug: bool, cache_folder: Path | None = None) -> Parts:
        """Return the parts of an addon set, made once in a process."""
        key = tuple((part.package, str(part.folder)) for part in addons.parts)
        with cls._lock:
            found = cls._known.get(key)
            if found is None:
                found = cls._known[key] = cls(addons, debug=debug, cache_folder=cache_folder)
            return found


class Website:
    """One site and everything that answering its requests needs."""

    def __init__(self, site: Site, settings: Settings, *, base_url: str | None = None) -> None:
        self.site = site
        self.settings = settings
        self.own: SiteSettings = settings.site(site.name)
        addons = site.composition.addons
        self._parts = Parts.of(addons, debug=settings.debug, cache_folder=settings.cache_folder)
        self._base_url = base_url
        self.languages = self.own.languages or (site.language,)
        self._menus: dict[str, list[dict[str, Any]]] = {}
        self.suspects = Suspects()
        site.website = self

    @property
    def urls(self) -> urls.Urls:
        """The addresses."""
        return self._parts.urls

    @property
    def static(self) -> StaticFiles:
        """The static files."""
        return self._parts.static

    @property
    def templates(self) -> Templates:
        """The templates."""
        return self._parts.templates

    @property
    def extensions(self) -> Extensions:
        """What adds to pages."""
        return self._parts.extensions

    @cached_property
    def forgery_key(self) -> bytes:
        """The key that CSRF tokens are made with."""
        return derived_key(self.site, "forgery")

    @cached_property
    def flash_key(self) -> bytes:
        """The key that flash cookies are signed with."""
        return derived_key(self.site, "flash")

    @cached_property
    def base_url(self) -> str:
        """Where the site is reached, from the settings only; for links in mails."""
        if not self.own.hosts:
            return (self._base_url or "http://localhost:8000").replace("//0.0.0.0", "//localhost").rstrip("/")
        host = self.own.hosts[0]
        name = host.partition(":")[0]
        local = name in LOOPBACK or host.startswith("[::1]") or name.endswith(".localhost")
        secure = self.settings.cookie_secure if self.settings.cookie_secure is not None else not local
        return f"{'https' if secure else 'http'}://{host}"

    def secure(self, request: Request) -> bool:
        """Tell whether cookies of this answer travel by https only."""
        chosen = self.settings.cookie_secure
        return chosen if chosen is not None else request.scheme == "https"

    def origins(self, request: Request) -> tuple[str, str]:
        """Return the origins that are this site: the one in the settings, and the one of an accepted host."""
        return f"{request.scheme}://{request.environ.get('HTTP_HOST', '')}", self.base_url

    def language_of(self, request: Request) -> str:
        """Return the language of an answer: the session's, the user's, the browser's choice, then what it accepts."""
        signed_in = request.signed_in
        wishes = [request.wanted_language]
        if signed_in is not None:
            wishes = [signed_in.language or "", signed_in.actor.language]
        return negotiate(request.environ.get("HTTP_ACCEPT_LANGUAGE"), self.languages, preferred=wishes)

    def render(self, env: Env, request: Request, template: str, page: Page, values: Mapping[str, Any]) -> str:
        """Render a page for a unit of work."""
        own = {**self.frame(request, env.language, values), **self._person(env.actor)}
        if not request.partial:
            request.shown_flashes = True
            own["flashes"] = [*unpack(request.cookies.get("flash"), self.flash_key), *request.flashes]
        frame = {**own, **page.added}
        rendering = self.rendering(env.site.catalog(env.language), env.format, request.forgery.token, frame)
        return self.templates.render(template, rendering, values)

    def render_error(self, request: Request, language: str, error: Mapping[str, Any]) -> str:
        """Render the error page: nothing in it depends on who asks, and no token is given out."""
        catalog: Catalog = self.site.catalog(language)
        frame = self.frame(request, language, {"title": error["title"]})
        rendering = self.rendering(catalog, catalog.format, lambda: "", frame)
        return self.templates.render("layouts/error.html", rendering, {"error": dict(error)})

    def render_mail(self, env: Env, template: str, data: Mapping[str, Any], *, language: str) -> str:
        """Render a mail; its addresses are absolute, from the settings."""
        catalog: Catalog = self.site.catalog(language)
        form = env.format if env.language == language else Formatter(language, translator=catalog)
        company = {"name": env.company.display_name()} if env.company is not None else {}
        frame = {"lang": language, "dir": _direction(language), "company": company}
        rendering = self.rendering(catalog, form, lambda: "", frame)
        rendering.url_for = lambda name, /, **values: self.base_url + self.urls.build(name, values)
        rendering.static = lambda path: self.base_url + self.static.address(path)
        return self.templates.render(template, rendering, data)

    def rendering(
        self, catalog: Catalog, form: Formatter, token: Callable[[], str], frame: Mapping[str, Any]
    ) -> Rendering:
        """Return what the globals of a template read."""
        return Rendering(
            catalog=catalog,
            format=form,
            url_for=lambda name, /, **values: self.urls.build(name, values),
            static=self.static.address,
            csrf_token=token,
            idempotency_key=lambda: secrets.token_urlsafe(18),
            page=frame,
        )

    def frame(self, request: Request, language: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the frame of every page shows."""
        return {
            "lang": language,
            "dir": _direction(language),
            "theme": request.theme,
            "flashes": [],
            "title": values.get("title", ""),
            "crumbs": values.get("crumbs", []),
            "languages": self._languages(language),
            "language_url": "/language",
            "theme_url": "/theme",
            "home_url": "/",
            "path": request.path,
        }

    def _person(self, actor: Actor) -> dict[str, Any]:
        if actor.kind not in {"staff", "portal"}:
            return {}
        return {
            "user": {"name": actor.name, "email": actor.login, "kind": actor.kind},
            "logout_url": "/logout",
            "home_url": f"/{'portal' if actor.kind == 'portal' else 'office'}",
        }

    def _languages(self, current: str) -> list[dict[str, Any]]:
        found = self._menus.get(current)
        if found is None:
            found = self._menus[current] = [
                {"code": one, "label": _NAMES.get(one) or Formatter(one).language_name(one), "active": one == current}
                for one in self.languages
            ]
        return found


def _direction(language: str) -> str:
    return "rtl" if language.partition("_")[0] in _RIGHT_TO_LEFT else "ltr"


def website_of(env: Env) -> Website:
    """Return the website of a unit of work's site; made at first use where nothing is served (in a worker)."""
    site: Any = env.site
    found = getattr(site, "website", None)
    if isinstance(found, Website):
        return found
    settings = site.settings
    return Website(site, settings if isinstance(settings, Settings) else Settings(sites={site.name: settings}))


def render_mail(env: Env, template: str, data: Mapping[str, Any], *, language: str) -> str:
    """Render a template of the site to the HTML of a mail; the composition root hands this to the outbox."""
    return website_of(env).render_mail(env, template, data, language=language)


def url(env: Env, endpoint: str, /, **values: Any) -> str:
    """Return the absolute address of an endpoint, from the host in the settings; for mails and documents."""
    website = website_of(env)
    return website.base_url + website.urls.build(endpoint, values)


def url_for(env: Env, endpoint: str, /, **values: Any) -> str:
    """Return the address of an endpoint relative to the host; for redirects and links in pages."""
    return website_of(env).urls.build(endpoint, values)
