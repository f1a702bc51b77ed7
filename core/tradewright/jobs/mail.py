"""Mail: stored with the business transaction, delivered after it, the same one never twice.

A mail is written when the transaction commits, and delivered by a job (`tradewright.jobs.delivery`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError
from tradewright.jobs.declare import Backoff, outside_job
from tradewright.jobs.outbox import JobOutbox, NewMail, outbox_of
from tradewright.jobs.rows import unit_of
from tradewright.jobs.work import Work

if TYPE_CHECKING:
    from tradewright.i18n import Text
    from tradewright.orm import Env

MAX_ATTACHMENTS = 20_000_000
"""Bytes of all files of a mail: what mail servers usually take, before they are encoded."""
Attachment = tuple[str, str, bytes]


def send_mail(
    env: Env,
    *,
    to: str | Sequence[str],
    subject: str | Text,
    key: str,
    template: str | None = None,
    data: Mapping[str, Any] | None = None,
    html: str = "",
    text: str = "",
    attachments: Sequence[Attachment] = (),
    reply_to: str | None = None,
    language: str | None = None,
    confidential: bool = False,
) -> None:
    """Store a mail with the transaction and deliver it after commit.

    `key` says what the mail is about ("order-confirmed:42"): a second mail with the same key is not made, in this
    transaction or any later one. The body is a `template` filled with plain `data`, or `html`, or `text`; where no text
    is given it is made out of the HTML. `attachments` are (name, media type, content). The words are in `language`,
    else in the language of the unit of work. The content of a `confidential` mail (a link that lets somebody in) is
    removed from the database when the mail server has it.

    Raises `Invalid` for an address that is none and for a line break in a header.
    """
    # Imported late: most processes start without writing a mail, and the library costs each of them 30 ms.
    from tradewright.jobs.message import check_addresses, check_line, domain_of, plain_text

    outbox = outbox_of(env.site)
    unit, language = unit_of(env), language or env.language
    if unit.history:
        return
    if any(isinstance(item, NewMail) and item.row["key"] == key for item in unit.outgoing):
        return
    if template is not None:
        html = _rendered(outbox, env, template, data or {}, language)
    sender = check_addresses(outbox.mail.sender)
    row = {
        "key": key,
        "message_id": f"<{uuid.uuid4().hex}@{domain_of(sender)}>",
        "sender": sender,
        "recipients": check_addresses(to if isinstance(to, str) else ", ".join(to)),
        "reply_to": check_addresses(reply_to) if reply_to else None,
        "subject": check_line(_words(env, subject, language), "the subject")[:500],
        "html": html,
        "plain": text or plain_text(html),
        "attachments": _stored(env, attachments),
        "language": language,
        "state": "queued",
        "attempts": 0,
        "interrupted": 0,
        "confidential": confidential,
        "created_at": unit.now,
    }
    unit.outgoing.append(NewMail(row, deliver_mail))


def _words(env: Env, text: str | Text, language: str) -> str:
    return text if isinstance(text, str) else text.translate(env.site.catalog(language))


def _rendered(outbox: JobOutbox, env: Env, template: str, data: Mapping[str, Any], language: str) -> str:
    if outbox.render is None:
        raise DeveloperError(
            "mail.no-renderer",
            "the site renders no templates",
            value=template,
            remedy="hand over html= or text=, or give the outbox of the site a renderer",
        )
    return outbox.render(env, template, data, language=language)


def _stored(env: Env, attachments: Sequence[Attachment]) -> list[dict[str, Any]]:
    if sum(len(content) for _name, _type, content in attachments) > MAX_ATTACHMENTS:
        raise DeveloperError(
            "mail.too-large",
            f"the files of a mail have more than {MAX_ATTACHMENTS} bytes",
            value=", ".join(f"{name}: {len(content)}" for name, _type, content in attachments),
            remedy="send a link instead of the file",
        )
    from tradewright.jobs.message import check_line

    found: list[dict[str, Any]] = []
    for name, media_type, content in attachments:
        stored = env.site.files.put(content)
        checked = check_line(name, "the name of a file"), check_line(media_type, "the type of a file")
        found.append({"name": checked[0], "media_type": checked[1], "sha256": stored.sha256, "size": stored.size})
    return found


@outside_job(retries=12, backoff=Backoff(first=30, factor=2.5, most=6 * 3600), system=True)
def deliver_mail(work: Work, mail: int) -> None:
    """Hand one stored mail to the mail server. Twelve repetitions take about two days."""
    from tradewright.jobs.delivery import deliver

    deliver(work, mail)
