"""Delivering a mail: at most once in two, and then with one Message-ID.

When the mail server has taken the envelope and is about to get the content, the mail is marked `sending`, after the
server's answer `sent`. A crash or a silence in between leaves `sending`: whether the server has the mail cannot be
known, so it is sent once more with the same Message-ID, by which the receiving side recognises it, and no third time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tradewright.jobs.message import Draft, Part, compose
from tradewright.jobs.outbox import outbox_of
from tradewright.jobs.rows import MAIL, execute, table
from tradewright.jobs.transport import MailboxTransport, Refused, Unheard
from tradewright.jobs.work import GiveUp, Superseded, Work

if TYPE_CHECKING:
    from tradewright.orm import Env

_INTERRUPTIONS = 1


def deliver(work: Work, mail: int) -> None:
    """Hand one stored mail to the mail server, unless it has been sent."""
    begun = work.run(lambda env: _begin(env, mail))
    if begun is None:
        return
    if isinstance(begun, str):
        raise GiveUp(begun)
    transport = outbox_of(work.site).transport
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
    work.finish(lambda env: _sent(env, mail, transport.name, remark))


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


def _sent(env: Env, mail: int, transport: str, remark: str) -> None:
    mark(env, mail, state="sent", error=remark or None, transport=transport, sent_at=env.now)
    if transport != MailboxTransport.name:
        mails = table(env.site, MAIL)
        content = {"html": "", "plain": "", "attachments": []}
        execute(env, sa.update(mails).where(mails.c.id == mail, mails.c.confidential).values(content))


def mark(env: Env, mail: int, **values: Any) -> None:
    """Write down how far the delivery of a mail is."""
    mails = table(env.site, MAIL)
    execute(env, sa.update(mails).where(mails.c.id == mail).values(values))
