"""Joining the portal by the link of an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.web import (
    Form,
    NewPassword,
    Problem,
    Request,
    Response,
    flash,
    page,
    public,
    redirect,
    route,
    sign_in_as,
)

from ..services import inviting

if TYPE_CHECKING:
    from tradewright.orm import Env

BY_LINK = public(reason="the link of an invitation is the proof; it works once and for one address")


class Join(Form):
    """The password of a new buyer."""

    password: NewPassword


@route("/portal/activate/<token>", access=BY_LINK)
def activate(env: Env, request: Request, token: str) -> Response:
    """Ask for a password, if the link still works."""
    return _page(env, request, token, None)


def activate_again(env: Env, request: Request, problem: Problem, token: str) -> Response:
    """Show what is wrong with the password."""
    return _page(env, request, token, problem)


def _page(env: Env, request: Request, token: str, problem: Problem | None) -> Response:
    try:
        with env.elevate("look at an invitation by its link"):
            invitation = inviting.find(env, token)
            email, name, company = invitation.email, invitation.contact.name, invitation.contact.account.name
    except NotFound as error:
        return page(env, request, "portal/link_over.html", status=410, title=_("This link is over"), text=error.text)
    return page(
        env,
        request,
        "portal/activate.html",
        title=_("Welcome, {name}", name=name),
        token=token,
        email=email,
        customer=company,
        problem=problem.text if problem else None,
        fields=dict(problem.fields) if problem else {},
    )


@route("/portal/activate/<token>", methods=("POST",), access=BY_LINK, form=Join, on_error=activate_again)
def join(env: Env, request: Request, form: Join, token: str) -> Response:
    """Make the login and begin."""
    with env.elevate("an invitation is accepted"):
        user_id = inviting.accept(env, token, form.password)
    response = redirect("/portal")
    sign_in_as(env, request, response, user_id)
    flash(env, request, _("Your access is set up: sign in with your e-mail address from now on."))
    return response
