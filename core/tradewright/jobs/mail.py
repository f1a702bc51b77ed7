"""Mail: stored with the business transaction, delivered after it, the same one never twice.

A mail is written when the transaction commits and delivered by a job. When the mail server has taken the envelope and
is about to get the content, the mail is marked `sending`, after the server's answer `sent`. A crash or a silence in
between leaves `sending`: whether the server has the mail cannot be known, so it is sent once more with the same
Message-ID, by which the receiving side recognises it, and no third time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.base import DeveloperError
from tradewright.jobs.declare import Backoff, outside_job
from tradewright.jobs.message import Draft, Part, check_addresses, check_line, compose, domain_of, plain_text
from tradewright.jobs.outbox import JobOutbox, NewMail
from tradewright.jobs.rows import MAIL, execute, table, unit_of
from tradewright.jobs.transport import Refused, Unheard
from tradewright.jobs.work import GiveUp, Superseded, Work

if TYPE_CHECKING:
    from tradewright.i18n import Text
    from tradewright.orm import Env
    from tradewright.orm.protocols import Site

MAX_ATTACHMENTS = 20_000_000
"""Bytes of all files of a mail: what mail servers usually take, before they are encoded."""
_INTERRUPTIONS = 1
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
) -> None:
    """Store a mail with the transaction and deliver it after commit.

    `key` says what the mail is about ("order-confirmed:42"): a second mail with the same key is not made, in this
    transaction or any later one. The body is a `template` filled with plain `data`, or `html`, or `text`; where no text
    is given it is made out of the HTML. `attachments` are (name, media type, content). The words are in `language`,
    else in the language of the unit of work. Raises `Invalid` for an address that is none and for a line break in a
    header.
    """
    outbox = _outbox(env.site)
    unit, language = unit_of(env), language or env.language
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
        "created_at": unit.now,
    }
    unit.outgoing.append(NewMail(row))


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
    found: list[dict[str, Any]] = []
    for name, media_type, content in attachments:
        stored = env.site.files.put(content)
        checked = check_line(name, "the name of a file"), check_line(media_type, "the type of a file")
        found.append({"name": checked[0], "media_type": checked[1], "sha256": stored.sha256, "size": stored.size})
    return found


@outside_job(retries=12, backoff=Backoff(first=30, factor=2.5, most=6 * 3600), system=True)
def deliver_mail(work: Work, mail: int) -> None:
    """Hand one stored mail to the mail server. Twelve repetitions take about two days."""
    begun = work.run(lambda env: _begin(env, mail))
    if begun is None:
        return
    if isinstance(begun, str):
        raise GiveUp(begun)
    transport = _outbox(work.site).transport
    try:
        remark = transport.deliver(compose(begun), lambda: work.run(lambda env: mark(env, mail, state="sending")))
    except Superseded:
        raise
    except Refused as refusal:
        reason = f"The mail server refuses the mail: {refusal}"
        work.run(lambda env: mark(env, mail, state="failed", error=reason))
        raise GiveUp(reason) from refusal
    except Unheard as silence:
        # Left as `sending`: the next attempt knows that this one may have arrived.
        reason = str(silence)
        work.run(lambda env: mark(env, mail, error=reason))
        raise
    except Exception as error:
        reason, last = str(error), work.claim.attempt >= work.claim.max_attempts
        work.run(lambda env: mark(env, mail, state="failed" if last else "queued", error=reason))
        raise
    work.finish(
        lambda env: mark(env, mail, state="sent", error=remark or None, transport=transport.name, sent_at=env.now)
    )


def _begin(env: Env, mail: int) -> Draft | str | None:
    """Return the mail to be sent, None if it has been sent, or the reason why it will not be."""
    mails = table(env.site, MAIL)
    row = execute(env, sa.select(mails).where(mails.c.id == mail).with_for_update()).one()
    if row.state == "sent":
        return None
    # A mail that failed is sent again only because an administrator wants it: what was uncertain is settled.
    interrupted = 0 if row.state == "failed" else row.interrupted + (row.state == "sending")
    if interrupted > _INTERRUPTIONS:
        reason = "Sending was cut off twice, so the mail may have arrived: ask the mail server, then run the job again."
        mark(env, mail, state="failed", error=reason)
        return reason
    mark(env, mail, state="queued", attempts=row.attempts + 1, interrupted=interrupted)
    return Draft(
        message_id=row.message_id,
        sender=row.sender,
        recipients=row.recipients,
        reply_to=row.reply_to,
        subject=row.subject,
        html=row.html,
        plain=row.plain,
        language=row.language,
        moment=row.created_at,
        parts=[Part(part["name"], part["media_type"], env.site.files.read(part["sha256"])) for part in row.attachments],
    )


def mark(env: Env, mail: int, **values: Any) -> None:
    """Write down how far the delivery of a mail is."""
    mails = table(env.site, MAIL)
    execute(env, sa.update(mails).where(mails.c.id == mail).values(values))


def _outbox(site: Site) -> JobOutbox:
    if not isinstance(site.outbox, JobOutbox):
        raise DeveloperError("mail.no-outbox", "the site has no outbox for mail", value=type(site.outbox).__name__)
    return site.outbox
