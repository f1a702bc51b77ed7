"""Invitations: made, sent again, accepted once."""

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
from tradewright_base.models.user import User, UserRole
from tradewright_base.services.identifiers import normalise_email

from .. import errors

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

    from ..models.invitation import Invitation

LIFETIME = timedelta(days=14)
ROLE = "b2b_portal.buyer"


def invite(env: Env, contacts: Sequence[Partner]) -> list[Invitation]:
    """Make invitations for contacts and mail them; an older one of the same contact no longer works."""
    from ..models.invitation import Invitation  # the model names these services

    _check(env, contacts)
    model = env[Invitation]
    env.update_where(
        Invitation,
        model.contact_id.in_([contact.id for contact in contacts]),
        model.state == "sent",
        values={"state": "revoked"},
    )
    tokens = [secrets.token_urlsafe(32) for _contact in contacts]
    made = [
        model(
            contact=contact,
            email=normalise_email(contact.email or ""),
            token_hash=digest(token),
            expires_at=env.now + LIFETIME,
            invited_by_id=env.actor.user_id,
        )
        for contact, token in zip(contacts, tokens, strict=True)
    ]
    env.add_all(made)
    env.flush()
    for invitation, token in zip(made, tokens, strict=True):
        _mail(env, invitation, token)
    return made


def _check(env: Env, contacts: Sequence[Partner]) -> None:
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
    _check(env, [invitation.contact for invitation in invitations])
    for invitation in invitations:
        token = secrets.token_urlsafe(32)
        invitation.token_hash = digest(token)
        invitation.email = normalise_email(invitation.contact.email or "")
        invitation.state = "sent"
        invitation.expires_at = env.now + LIFETIME
        _mail(env, invitation, token)


def digest(token: str) -> str:
    """What is kept of a link: enough to know it again, not to write it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _mail(env: Env, invitation: Invitation, token: str) -> None:
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


def find(env: Env, token: str) -> Invitation:
    """Return the invitation that a link opens, with its contact. Needs the system's rights.

    Raises NotFound for a link that is forged, used, taken back or over, and when the contact has another address now.
    """
    from ..models.invitation import Invitation

    model = env[Invitation]
    found = env.scalar(select(model).where(model.token_hash == digest(token)))
    if found is None or found.state != "sent" or found.expires_at <= env.now:
        raise errors.link_over()
    contact = found.contact
    if not (contact.active and contact.account.active) or normalise_email(contact.email or "") != found.email:
        raise errors.link_over()
    return found


def accept(env: Env, token: str, password_hash: str) -> int:
    """Make the login of an invited contact, once, and return the user's id. Needs the system's rights."""
    from ..models.invitation import Invitation

    (invitation,) = env.lock(Invitation, [find(env, token).id])
    if invitation.state != "sent" or invitation.token_hash != digest(token):
        raise errors.link_over()
    invitation.state = "accepted"
    invitation.accepted_at = env.now
    user = _user(env, invitation)
    user.password_hash = password_hash
    user.active = True
    user.session_epoch = (user.session_epoch or 0) + 1
    env.flush()
    return user.id


def _user(env: Env, invitation: Invitation) -> User:
    contact = invitation.contact
    model = env[User]
    user = env.scalar(select(model).where(model.login == invitation.email))
    if user is None:
        return env.add(
            model(
                login=invitation.email,
                name=contact.name,
                kind="portal",
                partner=contact,
                company_id=invitation.company_id,
                language=contact.language or contact.account.language,
                roles=[env[UserRole](role=ROLE)],
            )
        )
    if user.partner_id != contact.id or user.kind != "portal":
        raise errors.link_over()
    if ROLE not in {given.role for given in user.roles}:
        user.roles.append(env[UserRole](role=ROLE))
    return user


def expire(env: Env) -> int:
    """Mark invitations whose time is over; return how many."""
    from ..models.invitation import Invitation

    model = env[Invitation]
    return env.update_where(Invitation, model.state == "sent", model.expires_at <= env.now, values={"state": "expired"})
