"""The WSGI application: hosts, limits, static files, health, and an answer to everything."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

from tradewright.base import DeveloperError
from tradewright.orm.actor import SYSTEM
from tradewright.web import errors, misses
from tradewright.web.cookies import finish_cookies, forget_session, session_key, visit_key
from tradewright.web.dispatch import dispatch, touch_later
from tradewright.web.forgery import Forgery
from tradewright.web.headers import finish
from tradewright.web.log import tell, tell_fault
from tradewright.web.request import Request
from tradewright.web.response import Response
from tradewright.web.static_files import PREFIX
from tradewright.web.website import LOOPBACK, Site, Website

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from tradewright.base.settings import Settings

TOUCH_AFTER_READING = timedelta(hours=1)
MOST_AT_ONCE = 64
SLOW_SECONDS = 2.0


class Application:
    """Serves any number of sites; which one is decided by the Host header alone, from a fixed map.

    The only site answers to the loopback names too, and each to `<name>.localhost`. `base_urls` gives the address of a
    site for links where the settings have none.
    """

    def __init__(
        self, sites: Iterable[Site], settings: Settings, *, base_urls: Mapping[str, str] | None = None
    ) -> None:
        given = base_urls or {}
        self.settings = settings
        self.websites = {site.name: Website(site, settings, base_url=given.get(site.name)) for site in sites}
        self._hosts = _host_map(self.websites)
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        started = time.monotonic()
        request = Request(environ, proxies=self.settings.trusted_proxies)
        response = self._respond(request)
        secure = request.scheme == "https" or bool(self.settings.cookie_secure)
        finish(response.headers, secure=secure)
        took = time.monotonic() - started
        if took > SLOW_SECONDS:
            tell(logging.WARNING, "slow", reference=request.reference, route=request.endpoint, seconds=round(took, 2))
        return response(environ, start_response)

    def website(self, name: str) -> Website:
        """Return a site's web part by the name of the site."""
        return self.websites[name]

    def _respond(self, request: Request) -> Response:
        if request.path.startswith("/health/"):
            return self._health(request)
        if not self._room.acquire(blocking=False):
            # Shed at once what could only wait: the requests inside finish the sooner.
            return errors.error_page(request, 503)
        try:
            return self._site_response(request)
        except Exception as fault:  # noqa: BLE001  the last net: an error in the handling of errors
            tell_fault("answer failed", fault, reference=request.reference)
            return Response("Error 500", status=500, content_type="text/plain; charset=utf-8")
        finally:
            self._room.release()

    def _site_response(self, request: Request) -> Response:
        website = self._hosts.get(_host_name(request.environ.get("HTTP_HOST", "")))
        if website is None:
            return errors.error_page(request, 421)
        request.website = website
        if request.path.startswith(PREFIX):
            return self._static(request)
        claimed = session_key(request)
        request.forgery = Forgery(website.forgery_key, claimed, visit_key(request))
        try:
            request.check_line()
            response = dispatch(request)
        except Exception as error:  # noqa: BLE001  each kind has its answer
            response = errors.answer(request, error)
        finally:
            request.close_files()
        finish_cookies(request, response)
        if claimed and request.actor is not None and request.signed_in is None and not request.session_given:
            forget_session(request, response)
        self._afterwards(request, response)
        return response

    def _afterwards(self, request: Request, response: Response) -> None:
        try:
            touch_later(request, TOUCH_AFTER_READING)
            misses.note(request, response)
        except Exception as fault:  # noqa: BLE001  the answer is ready; neither a session's age nor a count may take it
            tell_fault("session or miss not noted", fault, reference=request.reference)

    def _static(self, request: Request) -> Response:
        environ = request.environ
        found = None
        if request.safe:
            found = request.website.static.respond(
                request.path,
                accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
                etag=environ.get("HTTP_IF_NONE_MATCH", ""),
                head=request.method == "HEAD",
            )
        return found or errors.answer(request, NotFound())

    def _health(self, request: Request) -> Response:
        """Tell a load balancer, which knows no host, whether the process lives and whether its databases answer."""
        status = 404
        if request.path == "/health/live":
            status = 200
        elif request.path == "/health/ready":
            status = 200 if all(_answers(website.site) for website in self.websites.values()) else 503
        return Response("ok" if status == 200 else "no", status=status, content_type="text/plain; charset=utf-8")


def _answers(site: Site) -> bool:
    try:
        with site.env(SYSTEM, readonly=True) as env:
            env.config("health")
    except Exception as fault:  # noqa: BLE001  whatever it is, the site is not ready
        tell_fault("not ready", fault, site=site.name)
        return False
    return True


def _host_map(websites: Mapping[str, Website]) -> dict[str, Website]:
    found: dict[str, Website] = {}
    for website in websites.values():
        names = {_host_name(host) for host in website.own.hosts} | {f"{website.site.name}.localhost"}
        if len(websites) == 1:
            names |= LOOPBACK
        for name in sorted(names):
            if name in found:
                raise DeveloperError(
                    "web.host-twice",
                    "Two sites have the same host name.",
                    where=f"sites {found[name].site.name} and {website.site.name}",
                    value=name,
                    remedy="Give each site hosts of its own in the settings.",
                )
            found[name] = website
    return found


def _host_name(host: str) -> str:
    """Return the name in a Host header without its port, in lower case; what is no host gives an empty text."""
    if len(host) > 260 or any(sign in host for sign in "/@\\ \t,"):
        return ""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].rstrip(".").lower()
