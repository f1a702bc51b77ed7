"""The links of invitations: made, mailed, and made anew."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.jobs import send_mail
from tradewright.orm import select
from tradewright.web import url
from tradewright_base.models.user import User
from tradewright_base.services.identifiers import normalise_email

from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

    from ..models.invitation import Invitation

LIFETIME = timedelta(days=14)


def check(env: Env, contacts: Sequence[Partner]) -> None:
    """Refuse contacts that cannot be invited."""
    for contact in contacts:
        if contact.kind != "contact":
            raise errors.not_a_contact(contact.name)
        if not (contact.active and contact.account.active):
            raise errors.not_active(contact.name)
        if not contact.email:
            raise errors.no_email(contact.name)
    user = env[User]
    logins = {normalise_email(contact.email or ""): contact for contact in contacts}
    for login, partner_id, kind, active in env.execute(
        select(user.login, user.partner_id, user.kind, user.active).where(user.login.in_(list(logins)))
    ):
        contact = logins[login]
        if partner_id != contact.id or kind != "portal":
            raise errors.login_taken(login)
        if active:
            raise errors.has_login(contact.name)


def send_again(env: Env, invitations: Sequence[Invitation]) -> None:
    """Give invitations a new link and time, and mail them; the address is that which the contact has now."""
    check(env, [invitation.contact for invitation in invitations])
    for invitation in invitations:
        token = secrets.token_urlsafe(32)
        invitation.token_hash = digest(token)
        invitation.email = normalise_email(invitation.contact.email or "")
        invitation.state = "sent"
        invitation.expires_at = env.now + LIFETIME
        mail(env, invitation, token)


def digest(token: str) -> str:
    """What is kept of a link: enough to know it again, not to write it."""
    return hashlib.sha256(token.encode()).hexdigest()


def mail(env: Env, invitation: Invitation, token: str) -> None:
    """Send the link to whom it lets in, in their language."""
    contact = invitation.contact
    language = contact.language or contact.account.language or env.language
    company = env.company.display_name() if env.company is not None else ""
    send_mail(
        env,
        to=invitation.email,
        subject=_("Your access to the portal of {company}", company=company),
        key=f"b2b_portal.invitation:{invitation.id}:{invitation.token_hash[:16]}",
        template="mail/portal_invitation.html",
        data={
            "name": contact.name,
            "sender": env.actor.name,
            "seller": company,
            "customer": contact.account.name,
            "expires": invitation.expires_at,
            "action": {"label": _("Set up your access"), "url": url(env, "b2b_portal.activate", token=token)},
        },
        language=language,
        confidential=True,
    )
