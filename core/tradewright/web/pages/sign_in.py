"""Signing in and out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tradewright.base import UserError
from tradewright.hooks import authenticate, credential_of, store_password
from tradewright.i18n import _
from tradewright.orm.actor import SYSTEM
from tradewright.security import throttle
from tradewright.security.passwords import hash_password, needs_rehash
from tradewright.security.sessions import close_session, open_session
from tradewright.web.access import public
from tradewright.web.cookies import forget_session, remember_session, session_key
from tradewright.web.forms import Form, Query
from tradewright.web.log import tell
from tradewright.web.page import page
from tradewright.web.request import next_page
from tradewright.web.response import Response, redirect
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Actor, Env
    from tradewright.web.problems import Problem
    from tradewright.web.request import Request
    from tradewright.web.website import Site


class SignIn(Form):
    """Who, with what, and where to then."""

    login: str
    password: str
    next: str = ""


class Whereto(Query):
    """Where to go after signing in."""

    next: str = ""


class SignInRefused(UserError):
    """The login or the password is wrong; which of them is never told."""

    def __init__(self) -> None:
        super().__init__("web.sign-in-refused", _("This login and password do not belong together: try again."))


def home_of(actor: Actor | None) -> str:
    """Return where somebody starts."""
    starts = {"portal": "/portal", "staff": "/office"}
    return starts.get(actor.kind if actor else "", "/login")


@route("/login", access=public(reason="signing in"), query=Whereto)
def login(env: Env, request: Request, query: Whereto) -> Response:
    """Show the form, or lead home whoever is signed in."""
    if request.signed_in is not None:
        return redirect(next_page(query.next) or home_of(request.actor))
    return page(
        env, request, "auth/login.html", title=_("Log in"), login="", next=next_page(query.next) or "", problem=None
    )


def login_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show the form with what is wrong; the password is never sent back."""
    typed = str(problem.values.get("login", ""))
    target = next_page(str(problem.values.get("next", ""))) or ""
    return page(env, request, "auth/login.html", title=_("Log in"), login=typed, next=target, problem=problem.text)


@route(
    "/login",
    methods=("POST",),
    access=public(reason="signing in"),
    form=SignIn,
    name="sign_in",
    on_error=login_again,
    own_transaction=True,
)
def sign_in(site: Site, request: Request, form: SignIn) -> Response:
    """Check the password outside any writing transaction, count failures, and open a session."""
    name = throttle.normal_login(form.login)
    counted = [(throttle.ACCOUNT, name), (throttle.PEER, throttle.network_of(request.peer))]
    with site.env(SYSTEM, readonly=True, request_id=request.reference) as env:
        throttle.check(env, counted)
        actor = env.first(authenticate)(env, name, form.password)
        stored = _outdated_hash(env, actor)
    if actor is None or actor.user_id is None:
        site.run(lambda env: throttle.count(env, counted), SYSTEM, request_id=request.reference)
        tell(logging.WARNING, "sign-in refused", reference=request.reference, peer=request.peer)
        raise SignInRefused
    key = site.run(
        lambda env: _admit(env, request, actor, name, hash_password(form.password) if stored else None), SYSTEM
    )
    response = redirect(next_page(form.next) or home_of(actor))
    remember_session(request, response, key)
    tell(logging.INFO, "signed in", reference=request.reference, user=actor.user_id, peer=request.peer)
    return response


def _outdated_hash(env: Env, actor: Actor | None) -> bool:
    if actor is None or actor.user_id is None:
        return False
    credential = env.first(credential_of)(env, actor.user_id)
    return bool(credential and credential.password_hash and needs_rehash(credential.password_hash))


def _admit(env: Env, request: Request, actor: Actor, name: str, new_hash: str | None) -> str:
    throttle.forget(env, throttle.ACCOUNT, name)
    if new_hash is not None and actor.user_id is not None:
        env.first(store_password)(env, actor.user_id, new_hash, changed=False)
    return start_session(env, request, actor)


def start_session(env: Env, request: Request, actor: Actor) -> str:
    """Open a session in place of the one that the browser had; return its key."""
    agent = request.environ.get("HTTP_USER_AGENT", "")
    return open_session(env, actor, peer=request.peer, agent=agent, replaces=session_key(request))


@route(
    "/logout", methods=("POST",), access=public(reason="a session that is over may be ended too"), own_transaction=True
)
def logout(site: Site, request: Request) -> Response:
    """End the session on the server, and take its key from the browser."""
    key = session_key(request)
    if key:
        site.run(lambda env: close_session(env, key), SYSTEM, request_id=request.reference)
    response = redirect("/login")
    forget_session(request, response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
