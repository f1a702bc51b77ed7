"""Telling buyers what happened: in the portal and by mail, each in their own language, never twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradewright.jobs import send_mail
from tradewright.orm import aliased, func, select
from tradewright.web import url, url_for
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User

from ..models.notification import Notification

if TYPE_CHECKING:
    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a mail: `kind` is `text`, `date`, `quantity` or `money` (then `unit` is the currency)."""

    label: Any
    value: Any
    kind: str = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the people of a customer are told. `key` names the event, so that it is told once.

    With `contact_id` only that person is told, if it is a buyer; else everybody.
    """

    customer_id: int
    kind: str
    key: str
    title: Any
    body: Any
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    action: Any
    facts: Sequence[Fact] = ()
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A buyer who is told something."""

    user_id: int
    contact_id: int
    name: str
    email: str
    language: str


def tell(env: Env, notices: Sequence[Notice]) -> None:
    """Write a notification and a mail for each active buyer of the customers; one statement finds them all.

    Runs in a job, with the system's rights.
    """
    readers = _readers(env, {notice.customer_id for notice in notices})
    for notice in notices:
        for reader in _meant(notice, readers.get(notice.customer_id, [])):
            catalog = env.site.catalog(reader.language)
            title, body = catalog.translate(notice.title), catalog.translate(notice.body)
            env.add(
                env[Notification](
                    user_id=reader.user_id,
                    customer_id=notice.customer_id,
                    kind=notice.kind,
                    title=title[:200],
                    body=body[:1_000],
                    link=url_for(env, notice.endpoint, **notice.values),
                )
            )
            _mail(env, notice, reader, title)


def _meant(notice: Notice, readers: list[Reader]) -> list[Reader]:
    return [reader for reader in readers if reader.contact_id == notice.contact_id] or readers


def _mail(env: Env, notice: Notice, reader: Reader, title: str) -> None:
    send_mail(
        env,
        to=reader.email,
        subject=title,
        key=f"b2b_portal.{notice.kind}:{notice.key}:{reader.user_id}",
        template="mail/portal_notice.html",
        data={
            "name": reader.name,
            "heading": notice.title,
            "body": notice.body,
            "facts": [
                {"label": fact.label, "value": fact.value, "kind": fact.kind, "unit": fact.unit}
                for fact in notice.facts
            ],
            "action": {"label": notice.action, "url": url(env, notice.endpoint, **notice.values)},
        },
        language=reader.language,
    )


def _readers(env: Env, customer_ids: set[int]) -> dict[int, list[Reader]]:
    """The active buyers of each customer."""
    user, contact = env[User], env[Partner]
    above = aliased(contact)
    account = func.coalesce(above.parent_id, contact.parent_id, contact.id)
    rows = env.execute(
        select(
            account,
            user.id,
            contact.id,
            user.name,
            user.login,
            contact.email,
            user.language,
            contact.language,
            above.language,
        )
        .select_from(user)
        .join(contact, contact.id == user.partner_id)
        .outerjoin(above, above.id == contact.parent_id)
        .where(user.kind == "portal", user.active.is_(True), contact.active.is_(True), account.in_(customer_ids))
        .order_by(user.id)
    )
    found: dict[int, list[Reader]] = {}
    for account_id, user_id, contact_id, name, login, email, *languages in rows:
        language = next((one for one in languages if one), env.site.language)
        found.setdefault(account_id, []).append(Reader(user_id, contact_id, name, email or login, language))
    return found
