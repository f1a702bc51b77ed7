"""Which actor a user is at this moment: asked at every request, so it is one or two statements and plain columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.hooks import SessionFacts
from tradewright.orm import Actor, aliased, bindparam, prepared, select

from ..models.company import Company
from ..models.partner import Partner
from ..models.user import User, UserRole
from .roles import effective_roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env


def find_actor(env: Env, user_id: int) -> Actor | None:
    """The actor of a user; None where the user is gone or no longer active. Needs the system's rights.

    A portal user acts for the company account at the top of its contact, and can't act any more once contact or
    account was made inactive. A group of more than three levels takes a statement more.
    """
    rows = env.execute(_by_id(*_models(env)), {"user_id": user_id}).all()
    return _actor_of(env, user_id, rows) if rows else None


def find_session(env: Env, session: Any, key_hash: str) -> SessionFacts | None:
    """The session with the hash of a key and the actor of its user; None where one of them is not known."""
    rows = env.execute(_by_session(session, *_models(env)), {"hash": key_hash}).all()
    if not rows:
        return None
    row = rows[0]
    actor = _actor_of(env, row.user_id, rows)
    return SessionFacts(row.session_id, row.epoch, row.last_seen, row.expires, row.session_language, actor)


def _actor_of(env: Env, user_id: int, rows: Sequence[Any]) -> Actor | None:
    """Make the actor of a user from its rows, one for each role."""
    user = rows[0]
    roles = effective_roles(env, [row.role for row in rows if row.role is not None])
    if user.kind == "staff":
        further = [company_id for company_id in _further_companies(env, user_id) if company_id != user.company_id]
        return _actor(env, user_id, user, roles, company_ids=(user.company_id, *further))
    account_id = _account(env, user)
    if account_id is None:
        return None
    return _actor(
        env, user_id, user, roles, company_ids=(user.company_id,), customer_id=account_id, contact_id=user.contact_id
    )


def _models(env: Env) -> tuple[Any, ...]:
    return env[User], env[UserRole], env[Company], env[Partner]


def _user_with_all(user: Any, role: Any, company: Any, contact: Any, *more: Any) -> Any:
    """The active users with company, contact and two companies above, once for each of their roles."""
    above, top = aliased(contact), aliased(contact)
    return (
        select(
            user.kind,
            user.name,
            user.login,
            user.language,
            user.session_epoch,
            user.company_id,
            role.role,
            company.language.label("company_language"),
            contact.id.label("contact_id"),
            contact.active.label("contact_active"),
            contact.language.label("contact_language"),
            above.id.label("above_id"),
            above.active.label("above_active"),
            above.language.label("above_language"),
            top.id.label("top_id"),
            top.active.label("top_active"),
            top.parent_id.label("beyond_id"),
            *more,
        )
        .join(company, company.id == user.company_id)
        .outerjoin(role, role.user_id == user.id)
        .outerjoin(contact, contact.id == user.partner_id)
        .outerjoin(above, above.id == contact.parent_id)
        .outerjoin(top, top.id == above.parent_id)
        .where(user.active.is_(True))
    )


@prepared
def _by_id(user: Any, role: Any, company: Any, contact: Any) -> Any:
    return _user_with_all(user, role, company, contact).where(user.id == bindparam("user_id"))


@prepared
def _by_session(session: Any, user: Any, role: Any, company: Any, contact: Any) -> Any:
    more = (
        user.id.label("user_id"),
        session.id.label("session_id"),
        session.epoch,
        session.last_seen,
        session.expires,
        session.language.label("session_language"),
    )
    return (
        _user_with_all(user, role, company, contact, *more)
        .join(session, session.user_id == user.id)
        .where(session.key_hash == bindparam("hash"))
    )


def _further_companies(env: Env, user_id: int) -> list[int]:
    user, company = env[User], env[Company]
    return env.all(
        select(company.id).select_from(user).join(user.companies).where(user.id == user_id).order_by(company.id)
    )


def _account(env: Env, user: Any) -> int | None:
    """The account at the top of a contact, or None where contact or account is not active."""
    if user.beyond_id is not None:
        person = env.get(Partner, user.contact_id)
        account = person.account if person else None
        return account.id if person and account and person.active and account.active else None
    chain = [(user.contact_id, user.contact_active), (user.above_id, user.above_active), (user.top_id, user.top_active)]
    there = [(partner_id, active) for partner_id, active in chain if partner_id is not None]
    if not there or not there[0][1] or not there[-1][1]:
        return None
    account_id: int = there[-1][0]
    return account_id


def _actor(env: Env, user_id: int, user: Any, roles: frozenset[str], **rights: Any) -> Actor:
    language = user.language or user.contact_language or user.above_language or user.company_language
    return Actor(
        kind=user.kind,
        user_id=user_id,
        name=user.name,
        login=user.login,
        roles=roles,
        language=language or env.site.language,
        epoch=user.session_epoch,
        **rights,
    )
