"""The outbox: jobs and mails of a transaction, collected as it runs, written in one statement a kind as it commits.

A job exists if and only if the transaction that deferred it was committed. On PostgreSQL one further statement hands
all of them to procrastinate in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from tradewright.base import DeveloperError
from tradewright.base.settings import MailSettings
from tradewright.jobs.book import book_of
from tradewright.jobs.declare import Job
from tradewright.jobs.rows import JOB, MAIL, execute, insert_new, table, unit_of

if TYPE_CHECKING:
    from tradewright.jobs.transport import Transport
    from tradewright.orm import Env
    from tradewright.orm.protocols import Site
    from tradewright.orm.unit import UnitOfWork


class Renderer(Protocol):
    """Renders a template of the site to HTML; the web layer has one, the composition root hands it over."""

    def __call__(self, env: Env, template: str, data: Mapping[str, Any], /, *, language: str) -> str:
        """Return the HTML of a template filled with plain values, in a language."""
        ...


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be written at commit."""

    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to be written at commit, and the job that delivers it."""

    row: dict[str, Any]
    deliver: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Requeued:
    """Jobs that were queued again in this transaction."""

    jobs: Sequence[tuple[int, str]]


class JobOutbox:
    """The outbox of a site (`tradewright.orm.protocols.Outbox`)."""

    def __init__(
        self, *, render: Renderer | None = None, mail: MailSettings | None = None, transport: Transport | None = None
    ) -> None:
        self.render = render
        self.mail = mail or MailSettings()
        self._transport = transport
        self.wakers: list[Callable[[], None]] = []

    @property
    def transport(self) -> Transport:
        """The way out for mail that the settings describe."""
        if self._transport is None:
            # Imported late: a process that only writes mails does without the mail library.
            from tradewright.jobs.transport import transport_for

            self._transport = transport_for(self.mail)
        return self._transport

    @transport.setter
    def transport(self, transport: Transport) -> None:
        self._transport = transport

    def enqueue(
        self, unit: UnitOfWork, job: Callable[..., Any], payload: dict[str, Any], options: dict[str, Any]
    ) -> None:
        """Take a job into the transaction. Options: `key` (at most one job ever has it), `run_at` (not before)."""
        book = book_of(unit.site.registry)
        name = book.name(job)
        book.check(name, payload)
        unit.outgoing.append(NewJob(job_row(unit, name, book.jobs[name], payload, **options)))

    def before_commit(self, unit: UnitOfWork) -> None:
        """Write what was collected."""
        if not unit.outgoing:
            return
        jobs = [item.row for item in unit.outgoing if isinstance(item, NewJob)]
        jobs += _write_mails(unit, [item for item in unit.outgoing if isinstance(item, NewMail)])
        due: list[tuple[int, str, datetime | None]] = []
        for item in unit.outgoing:
            if isinstance(item, Requeued):
                due += [(job_id, queue, None) for job_id, queue in item.jobs]
        due += _write_jobs(unit, jobs)
        if due and not unit.site.database.sqlite:
            # Imported late: SQLite sites never need it.
            from tradewright.jobs.postgresql import defer

            defer(unit, due)

    def after_commit(self, unit: UnitOfWork) -> None:
        """Wake the runner of this process, if it has one; others look by themselves."""
        if unit.outgoing:
            for wake in self.wakers:
                wake()


def outbox_of(site: Site) -> JobOutbox:
    """Return the outbox of a site, which is one of this layer's."""
    if not isinstance(site.outbox, JobOutbox):
        raise DeveloperError("mail.no-outbox", "the site has no outbox for mail", value=type(site.outbox).__name__)
    return site.outbox


def job_row(
    unit: UnitOfWork,
    name: str,
    declared: Job,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
) -> dict[str, Any]:
    """Return the row of a new job of the unit of work's actor."""
    return {
        "name": name,
        "payload": payload,
        "state": "queued",
        "queue": declared.queue,
        "key": key,
        "actor_kind": "system" if declared.system else unit.actor.kind,
        "user_id": unit.actor.user_id,
        "company_id": unit.company_id,
        "language": unit.language,
        "request": unit.request_id,
        "attempts": 0,
        "max_attempts": declared.attempts,
        "run_at": run_at,
        "created_at": unit.now,
    }


def requeue(env: Env, job_ids: Sequence[int]) -> None:
    """Queue jobs again that are dead, with all their attempts; others are left alone."""
    jobs = table(env.site, JOB)
    statement = (
        sa.update(jobs)
        .where(jobs.c.id.in_(job_ids), jobs.c.state == "dead")
        .values(state="queued", attempts=0, run_at=None, finished_at=None)
        .returning(jobs.c.id, jobs.c.queue)
    )
    unit_of(env).outgoing.append(Requeued([(row.id, row.queue) for row in execute(env, statement)]))


def _write_mails(unit: UnitOfWork, mails: list[NewMail]) -> list[dict[str, Any]]:
    if not mails:
        return []
    book = book_of(unit.site.registry)
    name = book.name(mails[0].deliver)
    ids = table(unit.site, MAIL).c.id
    rows = [mail.row for mail in mails]
    written = unit.session.connection().execute(insert_new(unit.site, MAIL).returning(ids), rows)
    return [job_row(unit, name, book.jobs[name], {"mail": mail_id}) for mail_id in written.scalars()]


def _write_jobs(unit: UnitOfWork, rows: list[dict[str, Any]]) -> list[tuple[int, str, datetime | None]]:
    if not rows:
        return []
    jobs = table(unit.site, JOB)
    statement = insert_new(unit.site, JOB) if any(row["key"] for row in rows) else sa.insert(jobs)
    written = unit.session.connection().execute(statement.returning(jobs.c.id, jobs.c.queue, jobs.c.run_at), rows)
    return [(row.id, row.queue, row.run_at) for row in written]
