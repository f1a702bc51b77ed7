"""The way of a request to its handler: who asks, may he, what does he send, and in which unit of work it runs.

Reading runs in one read-only transaction. Changing runs as one command: session, access, form, idempotency key, handler
and kept answer are one transaction, run again as a whole when it lost a race. An answer of 400 or more rolls it back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest

from tradewright.base import NotFound, UserError
from tradewright.i18n import _
from tradewright.orm.actor import ANONYMOUS, SYSTEM
from tradewright.security import idempotency
from tradewright.security.actors import act_as
from tradewright.security.sessions import TOUCH, find_session, touch_session
from tradewright.web import idempotent, misses
from tradewright.web.body import Body, read_body, read_form
from tradewright.web.cookies import session_key, visit_key
from tradewright.web.errors import RETRY_SECONDS, LoginNeeded
from tradewright.web.forms import read_pairs
from tradewright.web.problems import InputRefused, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.response import Response
    from tradewright.web.routes import Route
    from tradewright.web.website import Site


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def dispatch(request: Request) -> Response:
    """Find the handler of a request, run it, and return its answer. Raises what `tradewright.web.errors` answers."""
    website = request.website
    endpoint, request.variables = website.urls.match(request.path, request.method)
    request.endpoint_found = endpoint
    route = endpoint.route
    if route.own_transaction:
        return _by_itself(website.site, request, route)
    if request.safe:
        return _read(website.site, request, route)
    return _change(website.site, request, route)


def _read(site: Site, request: Request, route: Route) -> Response:
    query = _query(request, route)
    with site.env(SYSTEM, readonly=True, request_id=request.reference) as env:
        enter(env, request, route)
        return _call(route, env, request, query)


def _change(site: Site, request: Request, route: Route) -> Response:
    body = read_body(request, route)
    query = _query(request, route)
    try:
        # A public form is read before any transaction begins: strangers' nonsense must not hold the writers' lock.
        early = _early_form(request, route, body)
        response: Response = site.run(
            lambda env: _command(env, request, route, body, {**query, **early}), SYSTEM, request_id=request.reference
        )
    except _Refused as refused:
        return refused.response
    except UserError as error:
        return _shown_again(site, request, route, error, body)
    return response


def _early_form(request: Request, route: Route, body: Body) -> dict[str, Any]:
    if route.access.kind != "public" or session_key(request):
        return {}
    form = read_form(route, body, request.website.language_of(request))
    return {"form": form} if route.form is not None else {}


def _command(env: Env, request: Request, route: Route, body: Body, given: Mapping[str, Any]) -> Response:
    # What a lost race has left behind must not reach the next attempt.
    request.flashes = []
    request.rewind_files()
    _find_actor(env, request, route)
    misses.check(env, request)
    language = request.website.language_of(request)
    values = dict(given)
    if "form" not in values:
        form = read_form(route, body, language)
        if route.form is not None:
            values["form"] = form
    actor = request.actor or ANONYMOUS
    keyed = route.idempotent and actor.user_id is not None
    named: dict[str, Any] = {}
    if keyed:
        named = {"user_id": actor.user_id, "route": request.endpoint, "key": idempotency.check_key(body.key)}
        answer = idempotency.begin(env, **named, body_hash=body.hash)
        if answer is not None:
            return idempotent.restore(request, answer)
    _touch(env, request, TOUCH)
    env.flush()
    act_as(env, actor, language)
    response = _call(route, env, request, values)
    if response.status_code >= 400:
        raise _Refused(response)
    if keyed:
        idempotency.keep(env, **named, answer=idempotent.describe(request, response))
    return response


def _shown_again(site: Site, request: Request, route: Route, error: UserError, body: Body | None = None) -> Response:
    """Let the route show its form again with what was typed; without that the caller sends the user back."""
    hidden = isinstance(error, NotFound) or error.status == 400
    if route.on_error is None or hidden or request.wants_json:
        raise error
    problem = problem_of(error)
    if body is not None and not problem.values:
        problem = replace(problem, values=body.typed())
    request.flashes = []
    with site.env(SYSTEM, readonly=True, request_id=request.reference) as env:
        enter(env, request, route)
        response = route.on_error(env, request, problem, **request.variables)
    if response.status_code == 200:
        response.status_code = problem.status
    if error.status in {429, 503}:
        response.headers["Retry-After"] = str(getattr(error, "retry_after", RETRY_SECONDS))
    return response


def _by_itself(site: Site, request: Request, route: Route) -> Response:
    """Run a handler that opens its own units of work; who asks and what he sends is settled before."""
    body = None if request.safe else read_body(request, route)
    values = _query(request, route)
    with site.env(SYSTEM, readonly=True, request_id=request.reference) as env:
        _find_actor(env, request, route)
        misses.check(env, request)
    if body is not None:
        try:
            form = read_form(route, body, request.website.language_of(request))
        except InputRefused as error:
            return _shown_again(site, request, route, error)
        if route.form is not None:
            values["form"] = form
    try:
        response: Response = route.handler(site=site, request=request, **values, **request.variables)
    except UserError as error:
        return _shown_again(site, request, route, error)
    return response


def enter(env: Env, request: Request, route: Route) -> None:
    """Find out who asks, refuse him or let the unit of work go on as him."""
    _find_actor(env, request, route)
    misses.check(env, request)
    act_as(env, request.actor or ANONYMOUS, request.website.language_of(request))


def _find_actor(env: Env, request: Request, route: Route) -> None:
    key = session_key(request) if not route.access.signed else None
    request.signed_in = find_session(env, key) if key else None
    if key and request.signed_in is None:
        # The browser is about to lose this key; what the page sends next is bound to the visit instead.
        request.forgery.unbind(visit_key(request))
    actor = request.actor = request.signed_in.actor if request.signed_in else ANONYMOUS
    if route.access.admits(actor):
        return
    if actor.kind == "anonymous":
        raise LoginNeeded
    # The same answer as for a page that is not there: who may not know the page learns nothing.
    raise NotFound("web.no-access", _("This page does not exist"))


def _touch(env: Env, request: Request, after: timedelta) -> None:
    signed_in = request.signed_in
    if signed_in is not None and signed_in.last_seen + after < env.now:
        touch_session(env, signed_in.session_id)


def touch_later(request: Request, after: timedelta) -> None:
    """Note, in a small transaction after a page was read, that its session is in use."""
    signed_in = request.signed_in
    site = request.website.site
    if request.safe and signed_in is not None and signed_in.last_seen + after < site.clock.now():
        site.run(lambda env: touch_session(env, signed_in.session_id), SYSTEM)


def _query(request: Request, route: Route) -> dict[str, Any]:
    if route.query is None:
        return {}
    pairs = request.query_pairs()
    try:
        return {"query": read_pairs(route.query, pairs, request.website.language_of(request))}
    except InputRefused as error:
        if request.wants_json:
            raise
        raise BadRequest from error


def _call(route: Route, env: Env, request: Request, values: Mapping[str, Any]) -> Response:
    given = dict(values)
    response: Response = route.handler(env=env, request=request, **given, **request.variables)
    return response
