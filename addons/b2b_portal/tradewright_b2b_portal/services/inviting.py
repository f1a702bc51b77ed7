"""Invitations: made, and accepted once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright_base.models.user import User, UserRole
from tradewright_base.services.identifiers import normalise_email

from .. import errors
from ..models.invitation import Invitation
from . import links

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

ROLE = "b2b_portal.buyer"


def invite(env: Env, contacts: Sequence[Partner]) -> list[Invitation]:
    """Make invitations for contacts and mail them; an older one of the same contact no longer works."""
    links.check(env, contacts)
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
            token_hash=links.digest(token),
            expires_at=env.now + links.LIFETIME,
            invited_by_id=env.actor.user_id,
        )
        for contact, token in zip(contacts, tokens, strict=True)
    ]
    env.add_all(made)
    env.flush()
    for invitation, token in zip(made, tokens, strict=True):
        links.mail(env, invitation, token)
    return made


def find(env: Env, token: str) -> Invitation:
    """Return the invitation that a link opens, with its contact. Needs the system's rights.

    Raises NotFound for a link that is forged, used, taken back or over, and when the contact has another address now.
    """
    model = env[Invitation]
    found = env.scalar(select(model).where(model.token_hash == links.digest(token)))
    if found is None or found.state != "sent" or found.expires_at <= env.now:
        raise errors.link_over()
    contact = found.contact
    if not (contact.active and contact.account.active) or normalise_email(contact.email or "") != found.email:
        raise errors.link_over()
    return found


def accept(env: Env, token: str, password_hash: str) -> int:
    """Make the login of an invited contact, once, and return the user's id. Needs the system's rights."""
    (invitation,) = env.lock(Invitation, [find(env, token).id])
    if invitation.state != "sent" or invitation.token_hash != links.digest(token):
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
    model = env[Invitation]
    return env.update_where(Invitation, model.state == "sent", model.expires_at <= env.now, values={"state": "expired"})
