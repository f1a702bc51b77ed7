"""What happens to arrivals by itself: folders and mailboxes are looked into, documents examined, answers carried."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tradewright.jobs import outside_job, schedule
from tradewright.orm import select

if TYPE_CHECKING:
    from tradewright.jobs import Work
    from tradewright.orm import Env

MOST_ATTEMPTS = 3
"""A document that ended the program this often is set aside as unreadable and never looked at again by itself."""


@outside_job(retries=4, system=True)
def examine_received(work: Work, received: int) -> None:
    """Examine one document with nothing open in the database, and draft its bill."""
    from .examining import begin, give_up, look, settle

    content = work.run(partial(begin, received_id=received, most=MOST_ATTEMPTS))
    if content is None:
        work.finish(partial(give_up, received_id=received, most=MOST_ATTEMPTS))
        return
    work.finish(partial(settle, received_id=received, found=look(content)))


@outside_job(retries=2, system=True)
def look_into_inbox(work: Work, inbox: int) -> None:
    """Fetch what has arrived by one way."""
    from . import folder, mailbox

    kind = work.run(partial(_kind, inbox=inbox))
    if kind == "folder":
        folder.look(work, inbox)
    elif kind == "mailbox":
        mailbox.look(work, inbox)


@outside_job(retries=8, system=True)
def carry_answer(work: Work, answer: int) -> None:
    """Carry one answer that goes by a folder or through the network."""
    from .answering import carry

    carry(work, answer)


@schedule("*/5 * * * *")
def look_into_inboxes(env: Env) -> None:
    """Look into each folder and mailbox."""
    from ...models.inbox import Inbox

    model = env[Inbox]
    for number in env.all(select(model.id).where(model.active.is_(True), model.kind != "http").order_by(model.id)):
        env.defer(look_into_inbox, inbox=number)


def _kind(env: Env, inbox: int) -> str | None:
    from ...models.inbox import Inbox

    found = env.get(Inbox, inbox)
    return found.kind if found is not None and found.active else None
