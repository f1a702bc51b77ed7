"""What is done with posted invoices after their transaction: building, sending, asking what became of them.

Nothing is open in the database while documents are rendered or other servers are waited for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tradewright.jobs import Backoff, job, outside_job, schedule
from tradewright.orm import select

if TYPE_CHECKING:
    from tradewright.jobs import Work
    from tradewright.orm import Env

    from .services.issue import Issue

BATCH = 20
MOST_ATTEMPTS = 3
"""A received document that ended the program this often is set aside and never looked at again by itself."""


@outside_job(retries=6, system=True)
def build_einvoices(work: Work, invoices: list[int], again: bool = False) -> None:  # noqa: FBT001, FBT002  # a payload
    """Build, check, archive and send the e-invoices of posted invoices, a batch at a time.

    What is archived already is left alone, so a job that was interrupted goes on where it stood. `again` makes a new
    version of what failed.
    """
    # The engine is imported with the first document, not with the program.
    from .services.archive import drafts
    from .services.issue import issue

    failure: Exception | None = None
    for batch in _batches(invoices):
        issues: list[Issue] = []
        for one in work.run(partial(drafts, invoice_ids=batch, again=again)):
            try:
                issues.append(issue(one))
            except Exception as error:  # noqa: BLE001  # one document must not keep the others from their customers
                failure = error
        if issues:
            work.run(partial(_keep, issues=issues))
    if failure is not None:
        raise failure


def _batches(invoices: Sequence[int]) -> Iterator[Sequence[int]]:
    return (invoices[start : start + BATCH] for start in range(0, len(invoices), BATCH))


def _keep(env: Env, issues: Sequence[Issue]) -> None:
    """Archive issued documents, and send those that are sound by their customers' channels, in one transaction."""
    from .services.archive import store
    from .services.outbound import dispatch

    dispatch(env, store(env, issues))


@outside_job(retries=12, backoff=Backoff(first=15.0), system=True)
def carry_einvoice(work: Work, sending: str) -> None:
    """Carry one document to its other side, for the channels that go outside: at most once, whatever fails."""
    from .services.outbound import carry

    carry(work, sending)


@job(retries=5)
def note_paid(env: Env, invoices: list[int]) -> None:
    """Note that invoices were paid in the ledger."""
    from .services.progress import mark_paid

    with env.elevate("the ledger says it, whoever booked it"):
        mark_paid(env, invoices)


@outside_job(retries=2, system=True)
def ask_access_point(work: Work, point: int) -> None:
    """Fetch the messages that an access point has for us, until there are none."""
    from .services.polling import ask

    ask(work, point)


@schedule("*/15 * * * *")
def ask_access_points(env: Env) -> None:
    """Ask each access point that does not call us."""
    from .models.access_point import AccessPoint

    model = env[AccessPoint]
    for point in env.all(select(model.id).where(model.active.is_(True), model.polled.is_(True)).order_by(model.id)):
        env.defer(ask_access_point, point=point)


@schedule("40 4 1 * *")
def list_erasable(env: Env) -> None:
    """List, once a month, which documents have been kept for long enough; a manager decides on them."""
    from .services.retention import list_due

    list_due(env)


@outside_job(retries=4, system=True)
def examine_received(work: Work, received: int) -> None:
    """Examine one received document with nothing open in the database, and draft its bill."""
    from .services.inbound.examining import begin, give_up, look, settle

    content = work.run(partial(begin, received_id=received, most=MOST_ATTEMPTS))
    if content is None:
        work.finish(partial(give_up, received_id=received, most=MOST_ATTEMPTS))
        return
    work.finish(partial(settle, received_id=received, found=look(content)))


@outside_job(retries=2, system=True)
def look_into_inbox(work: Work, inbox: int) -> None:
    """Fetch what has arrived by one way in."""
    from .services.inbound import folder, mailbox

    kind = work.run(partial(_kind, inbox=inbox))
    if kind == "folder":
        folder.look(work, inbox)
    elif kind == "mailbox":
        mailbox.look(work, inbox)


@outside_job(retries=8, system=True)
def carry_answer(work: Work, answer: int) -> None:
    """Carry one answer to a supplier that goes by a folder or through the network."""
    from .services.inbound.carrying import carry

    carry(work, answer)


@schedule("*/5 * * * *")
def look_into_inboxes(env: Env) -> None:
    """Look into each folder and mailbox."""
    from .models.inbox import Inbox

    model = env[Inbox]
    for number in env.all(select(model.id).where(model.active.is_(True), model.kind != "http").order_by(model.id)):
        env.defer(look_into_inbox, inbox=number)


def _kind(env: Env, inbox: int) -> str | None:
    from .models.inbox import Inbox

    found = env.get(Inbox, inbox)
    return found.kind if found is not None and found.active else None
