"""The way home, language and appearance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright.hooks import language_chosen
from tradewright.i18n import _
from tradewright.orm.actor import SYSTEM
from tradewright.security.sessions import set_language
from tradewright.web.access import public
from tradewright.web.cookies import LANGUAGE, THEME, remember_choice
from tradewright.web.forms import Form
from tradewright.web.pages.sign_in import home_of
from tradewright.web.response import Response, redirect
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.website import Site


class Language(Form):
    """The language to read."""

    language: str


class Theme(Form):
    """The appearance; `auto` is that of the device."""

    theme: str


@route("/", access=public(reason="leads everybody to where they start"))
def home(env: Env, request: Request) -> Response:  # noqa: ARG001  every handler has an env
    """Lead to the portal, the back office or the sign-in form."""
    return redirect(home_of(request.actor))


@route(
    "/language",
    methods=("POST",),
    access=public(reason="visitors choose their language too"),
    form=Language,
    own_transaction=True,
)
def language(site: Site, request: Request, form: Language) -> Response:
    """Remember the language: in the browser for everybody, with the session and the user for who is signed in."""
    if form.language not in request.website.languages:
        raise Invalid("web.language", _("This language is not offered here: choose another one."))
    signed_in = request.signed_in
    if signed_in is not None and signed_in.actor.user_id is not None:
        user_id = signed_in.actor.user_id

        def command(env: Env) -> None:
            set_language(env, signed_in.session_id, form.language)
            env.hook(language_chosen)(env, user_id, form.language)

        site.run(command, SYSTEM, request_id=request.reference)
    response = redirect(request.back)
    remember_choice(request, response, LANGUAGE, form.language)
    return response


@route(
    "/theme",
    methods=("POST",),
    access=public(reason="visitors choose how it looks too"),
    form=Theme,
    own_transaction=True,
)
def theme(site: Site, request: Request, form: Theme) -> Response:  # noqa: ARG001  nothing is stored on the server
    """Remember the appearance in this browser."""
    if form.theme not in {"auto", "light", "dark"}:
        raise Invalid("web.theme", _("This appearance is not offered here: choose another one."))
    response = redirect(request.back)
    remember_choice(request, response, THEME, "" if form.theme == "auto" else form.theme)
    return response


@route("/robots.txt", access=public(reason="tells search engines to stay out"))
def robots(env: Env, request: Request) -> Response:  # noqa: ARG001  every handler has both
    """Ask search engines to leave the site alone."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
