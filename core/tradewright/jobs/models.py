"""What is to be done after commit, as rows: jobs, schedules, mail. Addons use them through functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from tradewright.i18n import _
from tradewright.jobs.outbox import requeue
from tradewright.orm import Env, Mapped, Model, choice, field, ids, index, json, operation, text


class Job(
    Model, label=_("Job"), plural=_("Jobs"), title="name", order_by="-id", search=("name", "last_error"), audit="none"
):
    """Work to be done after commit, and the record that it was done exactly once."""

    name: Mapped[str] = text(label=_("Job"), max_length=128, readonly=True)
    payload: Mapped[dict[str, Any]] = json(label=_("Parameters"), readonly=True)
    state: Mapped[str] = choice(
        [("queued", _("Queued")), ("running", _("Running")), ("done", _("Done")), ("dead", _("Dead"))],
        label=_("State"),
        default="queued",
        readonly=True,
    )
    queue: Mapped[str] = choice(
        [("inside", _("In the database")), ("outside", _("To the outside"))],
        label=_("Queue"),
        default="inside",
        readonly=True,
        help=_("Work to the outside waits for other servers, so it has workers of its own."),
    )
    key: Mapped[str | None] = text(label=_("Key"), max_length=200, unique=True, readonly=True)
    actor_kind: Mapped[str] = text(label=_("Kind of actor"), max_length=20, readonly=True)
    user_id: Mapped[int | None] = field(label=_("User"), readonly=True)
    company_id: Mapped[int | None] = field(label=_("Company"), readonly=True)
    language: Mapped[str] = text(label=_("Language"), max_length=20, readonly=True)
    request: Mapped[str] = text(label=_("Reference"), max_length=64, readonly=True)
    attempts: Mapped[int] = field(label=_("Attempts"), default=0, readonly=True)
    max_attempts: Mapped[int] = field(label=_("Most attempts"), default=1, readonly=True)
    run_at: Mapped[datetime | None] = field(label=_("Not before"), readonly=True)
    last_error: Mapped[str | None] = text(label=_("Last error"), multiline=True, readonly=True)
    created_at: Mapped[datetime] = field(label=_("Created"), readonly=True)
    started_at: Mapped[datetime | None] = field(label=_("Started"), readonly=True)
    finished_at: Mapped[datetime | None] = field(label=_("Finished"), readonly=True)

    _due = index("state", "queue", "id")

    @operation(label=_("Run again"), permission="core.admin", states=("dead",), primary=True)
    @classmethod
    def retry(cls, env: Env, jobs: Sequence[Self]) -> None:
        """Queue dead jobs again, with all their attempts."""
        requeue(env, ids(jobs))


class Schedule(Model, label=_("Schedule"), plural=_("Schedules"), title="name", order_by="name", audit="changes"):
    """A job that the clock starts."""

    name: Mapped[str] = text(label=_("Job"), max_length=128, unique=True, readonly=True)
    cron: Mapped[str] = text(
        label=_("When"), max_length=100, readonly=True, help=_("Minute, hour, day, month, weekday in UTC.")
    )
    active: Mapped[bool] = field(label=_("Active"), default=True)
    next_run: Mapped[datetime] = field(label=_("Next run"), readonly=True)
    last_run: Mapped[datetime | None] = field(label=_("Last run"), readonly=True)


class MailMessage(
    Model,
    label=_("Mail"),
    plural=_("Mails"),
    title="subject",
    order_by="-id",
    search=("subject", "recipients"),
    audit="none",
):
    """A mail to be sent or sent. The key says what it is about, so that the same mail is never made twice."""

    key: Mapped[str] = text(label=_("Key"), max_length=200, unique=True, readonly=True)
    message_id: Mapped[str] = text(label=_("Message-ID"), max_length=200, unique=True, readonly=True)
    sender: Mapped[str] = text(label=_("From"), max_length=320, readonly=True)
    recipients: Mapped[str] = text(label=_("To"), max_length=4000, readonly=True)
    reply_to: Mapped[str | None] = text(label=_("Answers to"), max_length=320, readonly=True)
    subject: Mapped[str] = text(label=_("Subject"), max_length=500, readonly=True)
    html: Mapped[str] = text(label=_("HTML"), max_length=None, readonly=True)
    plain: Mapped[str] = text(label=_("Text"), max_length=None, readonly=True)
    attachments: Mapped[list[dict[str, Any]]] = json(label=_("Attachments"), readonly=True)
    language: Mapped[str] = text(label=_("Language"), max_length=20, readonly=True)
    state: Mapped[str] = choice(
        [("queued", _("Queued")), ("sending", _("Sending")), ("sent", _("Sent")), ("failed", _("Failed"))],
        label=_("State"),
        default="queued",
        readonly=True,
        index=True,
    )
    transport: Mapped[str | None] = text(label=_("Sent by"), max_length=20, readonly=True)
    attempts: Mapped[int] = field(label=_("Attempts"), default=0, readonly=True)
    interrupted: Mapped[int] = field(
        label=_("Interruptions"),
        default=0,
        readonly=True,
        help=_(
            "How often sending was cut off when the mail server may have taken the mail: it may have arrived twice."
        ),
    )
    confidential: Mapped[bool] = field(
        label=_("Confidential"),
        default=False,
        readonly=True,
        help=_("The content is removed here as soon as the mail server has it."),
    )
    error: Mapped[str | None] = text(label=_("Error"), multiline=True, readonly=True)
    created_at: Mapped[datetime] = field(label=_("Created"), readonly=True)
    sent_at: Mapped[datetime | None] = field(label=_("Sent at"), readonly=True)
