"""Setting a new password: by a link that works once, or knowing the present one."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from tradewright.base import UserError
from tradewright.hooks import (
    Credential,
    actor_for,
    authenticate,
    credential_for,
    credential_of,
    mail_password_reset,
    store_password,
)
from tradewright.i18n import _
from tradewright.orm.actor import SYSTEM
from tradewright.orm.once import insert_once
from tradewright.security import throttle
from tradewright.security.models import IdempotencyRecord
from tradewright.security.sessions import close_sessions
from tradewright.security.tokens import TokenRefused, make_token, peek_token, read_token
from tradewright.web.access import public, signed_in
from tradewright.web.cookies import remember_session
from tradewright.web.fields import NewPassword
from tradewright.web.flash import say
from tradewright.web.forms import Form
from tradewright.web.page import page
from tradewright.web.pages.sign_in import home_of, start_session
from tradewright.web.response import Response, redirect
from tradewright.web.routes import route
from tradewright.web.website import url

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.problems import Problem
    from tradewright.web.request import Request
    from tradewright.web.website import Site

PURPOSE = "password-reset"
MODEL = "user"
LINK_LIFETIME = timedelta(hours=1)


class Forgot(Form):
    """Who has forgotten the password."""

    login: str


class Reset(Form):
    """The password that is to be."""

    password: NewPassword


class Change(Form):
    """The password that is, and the one that is to be."""

    current_password: str
    password: NewPassword


class CurrentPasswordWrong(UserError):
    """The present password was not given correctly."""

    def __init__(self) -> None:
        super().__init__(
            "web.current-password", _("The present password is not right: try again."), field="current_password"
        )


@route("/password/forgot", access=public(reason="who cannot sign in asks for a link"))
def forgot_password(env: Env, request: Request) -> Response:
    """Ask for the login."""
    return page(env, request, "auth/forgot.html", title=_("Forgotten password"), problem=None)


def forgot_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show what is wrong; only the limit can be."""
    return page(env, request, "auth/forgot.html", title=_("Forgotten password"), problem=problem.text)


@route(
    "/password/forgot",
    methods=("POST",),
    access=public(reason="who cannot sign in asks for a link"),
    form=Forgot,
    name="mail_password_link",
    on_error=forgot_again,
    own_transaction=True,
)
def mail_password_link(site: Site, request: Request, form: Forgot) -> Response:
    """Send the link to whom the login belongs; the answer is the same for a login that nobody has."""
    name = throttle.normal_login(form.login)
    counted = [(throttle.RESET_ACCOUNT, name), (throttle.RESET_PEER, throttle.network_of(request.peer))]

    def command(env: Env) -> None:
        throttle.check(env, counted)
        throttle.count(env, counted)
        credential = env.first(credential_for)(env, name) if name else None
        if credential is not None:
            token = make_token(
                env, PURPOSE, MODEL, str(credential.user_id), lifetime=LINK_LIFETIME, bound_to=_bound(credential)
            )
            link = url(env, "core.reset_password", token=token)
            env.first(mail_password_reset)(env, credential.user_id, link)

    site.run(command, SYSTEM, request_id=request.reference)
    return redirect("/password/sent")


@route("/password/sent", access=public(reason="says that a link was sent, if the login exists"))
def password_link_sent(env: Env, request: Request) -> Response:
    """Say what happens now."""
    return page(env, request, "auth/sent.html", title=_("Look into your mailbox"))


@route("/password/reset/<token>", access=public(reason="the link of a mail is the proof"))
def reset_password(env: Env, request: Request, token: str) -> Response:
    """Ask for the new password, if the link still works."""
    with env.elevate("look at a password link"):
        return _reset_page(env, request, token, None)


def reset_again(env: Env, request: Request, problem: Problem, token: str) -> Response:
    """Show what is wrong with the new password."""
    with env.elevate("look at a password link"):
        return _reset_page(env, request, token, problem)


def _reset_page(env: Env, request: Request, token: str, problem: Problem | None) -> Response:
    try:
        _holder(env, token)
    except TokenRefused as error:
        return page(env, request, "auth/link_over.html", status=410, title=_("This link is over"), text=error.text)
    return page(
        env,
        request,
        "auth/reset.html",
        title=_("New password"),
        token=token,
        problem=problem.text if problem else None,
        fields=dict(problem.fields) if problem else {},
    )


@route(
    "/password/reset/<token>",
    methods=("POST",),
    access=public(reason="the link of a mail is the proof"),
    form=Reset,
    name="set_password",
    on_error=reset_again,
    own_transaction=True,
)
def set_password(site: Site, request: Request, form: Reset, token: str) -> Response:
    """Keep the new password, end all sessions, and let the link be used no more."""

    def command(env: Env) -> None:
        credential = _holder(env, token)
        mark = hashlib.sha256(token.encode()).hexdigest()
        # Two tabs, one link: the key lets one of them through even at the same moment.
        once = insert_once(
            env,
            IdempotencyRecord,
            user_id=credential.user_id,
            route="core.set_password",
            key=mark,
            body_hash=mark,
            created=env.now,
            answer={},
        )
        if once is None:
            raise TokenRefused
        env.first(store_password)(env, credential.user_id, form.password, changed=True)
        close_sessions(env, credential.user_id)
        throttle.forget(env, throttle.ACCOUNT, credential.login)

    try:
        site.run(command, SYSTEM, request_id=request.reference)
    except TokenRefused:
        return redirect(f"/password/reset/{token}")
    say(request, _("Your new password is set: log in with it."))
    return redirect("/login")


def _holder(env: Env, token: str) -> Credential:
    """Return the credential that a link belongs to; raise `TokenRefused` when it is used, over or forged."""
    claimed = peek_token(env, PURPOSE, token)
    if not claimed.uid.isdigit() or len(claimed.uid) > 18:
        raise TokenRefused
    credential = env.first(credential_of)(env, int(claimed.uid))
    if credential is None:
        raise TokenRefused
    read_token(env, PURPOSE, token, model=MODEL, bound_to=_bound(credential))
    return credential


def _bound(credential: Credential) -> str:
    return "\x00".join([credential.password_hash or "", str(credential.epoch), credential.email, credential.login])


@route("/password/change", access=signed_in())
def change_password(env: Env, request: Request) -> Response:
    """Ask for the present and the new password."""
    return _change_page(env, request, None)


def change_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show what is wrong; nothing typed is sent back."""
    return _change_page(env, request, problem)


def _change_page(env: Env, request: Request, problem: Problem | None) -> Response:
    return page(
        env,
        request,
        "auth/change.html",
        title=_("Change password"),
        problem=problem.text if problem else None,
        fields=dict(problem.fields) if problem else {},
    )


@route(
    "/password/change",
    methods=("POST",),
    access=signed_in(),
    form=Change,
    name="keep_password",
    on_error=change_again,
    own_transaction=True,
)
def keep_password(site: Site, request: Request, form: Change) -> Response:
    """Keep the new password; every session of the user ends, and this browser gets a new one."""
    actor = request.actor
    counted = [(throttle.ACCOUNT, actor.login if actor else ""), (throttle.PEER, throttle.network_of(request.peer))]
    with site.env(SYSTEM, readonly=True, request_id=request.reference) as env:
        throttle.check(env, counted)
        known = env.first(authenticate)(env, actor.login, form.current_password) if actor else None
    if known is None or actor is None or known.user_id != actor.user_id or known.user_id is None:
        site.run(lambda env: throttle.count(env, counted), SYSTEM, request_id=request.reference)
        raise CurrentPasswordWrong
    user_id = known.user_id

    def command(env: Env) -> str:
        env.first(store_password)(env, user_id, form.password, changed=True)
        close_sessions(env, user_id)
        env.flush()
        changed = env.first(actor_for)(env, user_id)
        if changed is None:
            raise CurrentPasswordWrong
        return start_session(env, request, changed)

    key = site.run(command, SYSTEM, request_id=request.reference)
    say(request, _("Your password was changed."))
    response = redirect(home_of(actor))
    remember_session(request, response, key)
    return response
