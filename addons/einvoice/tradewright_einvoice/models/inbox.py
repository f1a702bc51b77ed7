"""The ways in: folders, mailboxes and calls of other programs by which invoices arrive."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, choice, field, many_to_one, secret, text
from tradewright_base.models.company import Company

from .. import errors


class Inbox(Model, label=_("Way in"), plural=_("Ways in"), title="name", order_by="name", audit="all", company=True):
    """A way by which invoices of suppliers arrive by themselves. What it brings is received once."""

    name: Mapped[str] = text(label=_("Name"), max_length=100)
    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    kind: Mapped[str] = choice(
        [("folder", _("Folder")), ("mailbox", _("Mailbox")), ("http", _("Call of a program"))],
        label=_("Kind"),
        default="folder",
    )
    active: Mapped[bool] = field(label=_("Active"), default=True)
    folder: Mapped[str | None] = text(
        label=_("Folder"),
        help=_("Below the incoming_files of the settings: letters, digits, - and _."),
    )
    answers: Mapped[str | None] = text(
        label=_("Folder for answers"),
        help=_("Below the outgoing_files of the settings. Empty: answers go to the supplier by e-mail."),
    )
    host: Mapped[str | None] = text(label=_("Mail server"), help=_("IMAP; one of the outgoing_hosts of the settings."))
    port: Mapped[int] = field(label=_("Port"), default=993, at_least=1, at_most=65_535)
    security: Mapped[str] = choice(
        [("tls", _("TLS")), ("starttls", _("STARTTLS")), ("none", _("None"))], label=_("Encryption"), default="tls"
    )
    login: Mapped[str | None] = text(label=_("User name"))
    password: Mapped[str | None] = secret(label=_("Password"))
    mailbox: Mapped[str] = text(label=_("Mailbox"), default="INBOX", max_length=100)
    slug: Mapped[str] = text(
        label=_("Place in the address"),
        max_length=40,
        unique=True,
        readonly=True,
        default=lambda _env: secrets.token_urlsafe(12),
        help=_("Programs call /einvoice/in/…/v1/documents with this in the place of the dots."),
        copy=False,
    )
    token: Mapped[str | None] = secret(
        label=_("Key"), help=_("The program sends it in each call. At least 24 signs."), max_length=200
    )
    validity: Mapped[int | None] = field(label=_("Generation of the mailbox"), readonly=True)
    last_uid: Mapped[int] = field(label=_("Last message"), default=0, at_least=0, readonly=True)
    looked_at: Mapped[datetime | None] = field(label=_("Looked at"), readonly=True)
    problem: Mapped[str | None] = text(label=_("Problem"), max_length=1_000, readonly=True)

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse folders that lead elsewhere, keys that can be guessed, and mailboxes without a server."""
        super().before_save(env, records)
        from ..services.channels.folder import is_folder

        for one in records:
            for name in ("folder", "answers"):
                folder = getattr(one, name)
                if folder and not is_folder(folder):
                    raise errors.bad_folder(name)
            if one.kind == "folder" and not one.folder:
                raise errors.bad_folder("folder")
            if one.kind == "mailbox" and not (one.host and one.login):
                raise errors.no_mail_server()
            if env.changed(one, "token"):
                given = one.token
                if given is not None and len(given) < 24:
                    raise errors.short_token()
            if env.changed(one, "host", "login", "mailbox"):
                one.validity, one.last_uid = None, 0
