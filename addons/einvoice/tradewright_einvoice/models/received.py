"""Documents of suppliers as they arrived: kept as they are, checked, matched, made a bill of, and answered."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tradewright.i18n import _
from tradewright.orm import (
    Mapped,
    Model,
    attachment,
    choice,
    field,
    frozen,
    index,
    json,
    many_to_one,
    money,
    one_to_many,
    text,
    unique,
)
from tradewright_account.models.bill import Bill
from tradewright_base.models.attachment import Attachment
from tradewright_base.models.company import Company
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner

from .inbox import Inbox

REASONS = [
    ("REF", _("References are missing or wrong")),
    ("LEG", _("Something that the law demands is missing or wrong")),
    ("REC", _("The recipient is not us")),
    ("QUA", _("Poor quality")),
    ("DEL", _("Not delivered as agreed")),
    ("PRI", _("The prices are not those agreed")),
    ("QTY", _("The quantities are not those delivered")),
    ("ITM", _("The articles are not those ordered")),
    ("PAY", _("The payment terms are not those agreed")),
    ("UNR", _("Not recognised")),
    ("FIN", _("The payment details are wrong")),
    ("OTH", _("Another reason")),
]
"""Why a document is rejected (list OPStatusReason of Peppol)."""


class ReceivedDocument(
    Model,
    label=_("Received document"),
    plural=_("Received documents"),
    title="name",
    order_by="-id",
    search=("name", "number", "sender"),
    public=True,
    audit="changes",
    company=True,
):
    """A document that arrived. Its bytes are in the archive; what is read of it is only ever compared and drafted."""

    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    name: Mapped[str] = text(label=_("File name"), readonly=True)
    source: Mapped[str] = choice(
        [
            ("upload", _("Upload")),
            ("folder", _("Folder")),
            ("mailbox", _("Mailbox")),
            ("http", _("Call of a program")),
            ("network", _("Network")),
        ],
        label=_("Arrived by"),
        readonly=True,
        default="upload",
        index=True,
    )
    inbox: Mapped[Inbox | None] = many_to_one(label=_("Way in"), readonly=True, on_delete="restrict")
    inbox_id: Mapped[int | None]
    arrival: Mapped[str] = text(label=_("Key of the arrival"), max_length=160, unique=True, readonly=True)
    origin: Mapped[str | None] = text(label=_("Sent from"), readonly=True, help=_("The sender of the mail."))
    received_at: Mapped[datetime] = field(label=_("Received at"), readonly=True, default=lambda env: env.now)
    state: Mapped[str] = choice(
        [
            ("new", _("New")),
            ("unreadable", _("Unreadable")),
            ("duplicate", _("Duplicate")),
            ("passed", _("Passed on")),
            ("pending", _("To be matched")),
            ("ready", _("To be decided")),
            ("accepted", _("Accepted")),
            ("rejected", _("Rejected")),
        ],
        label=_("State"),
        default="new",
        readonly=True,
        index=True,
    )
    attempts: Mapped[int] = field(label=_("Attempts"), default=0, at_least=0, readonly=True)
    file: Mapped[Attachment | None] = attachment(label=_("Document"), readonly=True)
    file_id: Mapped[int | None]
    sha256: Mapped[str] = text(label=_("SHA-256"), max_length=64, index=True, readonly=True)
    syntax: Mapped[str | None] = text(label=_("Syntax"), max_length=20, readonly=True)
    profile: Mapped[str | None] = text(label=_("Profile"), readonly=True)
    findings: Mapped[list[Any]] = json(label=_("Findings"), default=list, readonly=True)
    fatal: Mapped[int] = field(label=_("Faults"), default=0, at_least=0, readonly=True)
    differences: Mapped[list[Any]] = json(label=_("Differences"), default=list, readonly=True)
    alarms: Mapped[int] = field(label=_("Warnings"), default=0, at_least=0, readonly=True)
    number: Mapped[str | None] = text(label=_("Number"), max_length=100, readonly=True, index=True)
    issued_on: Mapped[date | None] = field(label=_("Date of the document"), readonly=True)
    sender: Mapped[str | None] = text(label=_("Sender"), readonly=True)
    payable: Mapped[Decimal | None] = money(label=_("Amount due"), readonly=True)
    currency: Mapped[Currency | None] = many_to_one(label=_("Currency"), readonly=True)
    currency_id: Mapped[int | None]
    supplier: Mapped[Partner | None] = many_to_one(label=_("Supplier"))
    supplier_id: Mapped[int | None]
    bill: Mapped[Bill | None] = many_to_one(label=_("Bill"), readonly=True)
    bill_id: Mapped[int | None]
    duplicate_of: Mapped["ReceivedDocument | None"] = many_to_one(label=_("Duplicate of"), readonly=True)
    duplicate_of_id: Mapped[int | None]
    same_bill: Mapped[Bill | None] = many_to_one(label=_("There already as"), readonly=True)
    same_bill_id: Mapped[int | None]
    reason: Mapped[str | None] = text(label=_("Reason"), max_length=1_000, readonly=True)
    answers: Mapped[list["ReceivedAnswer"]] = one_to_many(inverse="received", order_by="id", label=_("Answers"))

    _by_state = index("company", "state")
    # Nothing of what arrived ever changes, whatever becomes of it.
    _kept = frozen(
        when={"source": ("upload", "folder", "mailbox", "http", "network")},
        free=(
            "state",
            "attempts",
            "syntax",
            "profile",
            "findings",
            "fatal",
            "differences",
            "alarms",
            "number",
            "issued_on",
            "sender",
            "payable",
            "currency",
            "supplier",
            "bill",
            "duplicate_of",
            "same_bill",
            "reason",
            "file",
        ),
    )

    def display_name(self) -> str:
        """Number and sender as the document says them, else the file's name."""
        return f"{self.number} · {self.sender}" if self.number and self.sender else self.name


class ReceivedKey(Model, label=_("Key of a received document"), plural=_("Keys of received documents"), audit="none"):
    """What a document is known by, each once for a company: its content, and sender, number and date."""

    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    kind: Mapped[str] = choice(
        [("content", _("Content")), ("document", _("Sender, number and date"))], label=_("Kind"), readonly=True
    )
    value: Mapped[str] = text(label=_("Value"), max_length=64, readonly=True)
    received: Mapped[ReceivedDocument] = many_to_one(label=_("Received document"), on_delete="cascade", readonly=True)
    received_id: Mapped[int]

    _once = unique("company", "kind", "value", message=_("This document was received already."))


class ReceivedAnswer(Model, label=_("Answer"), plural=_("Answers"), title="status", order_by="-id", audit="none"):
    """What a supplier was told of a document (Peppol invoice response, T111)."""

    received: Mapped[ReceivedDocument] = many_to_one(label=_("Received document"), on_delete="cascade", readonly=True)
    received_id: Mapped[int]
    status: Mapped[str] = choice(
        [("AB", _("Received")), ("AP", _("Accepted")), ("RE", _("Rejected")), ("PD", _("Paid"))],
        label=_("Says"),
        readonly=True,
    )
    reason: Mapped[str | None] = text(label=_("Reason"), max_length=1_000, readonly=True)
    way: Mapped[str] = choice(
        [("mail", _("E-mail")), ("folder", _("Folder")), ("network", _("Network")), ("none", _("To be sent by hand"))],
        label=_("Sent by"),
        readonly=True,
    )
    recipient: Mapped[str | None] = text(label=_("Sent to"), readonly=True)
    made_at: Mapped[datetime] = field(label=_("Made at"), readonly=True, default=lambda env: env.now)
    sent: Mapped[bool] = field(label=_("On its way"), default=False, readonly=True)
    file: Mapped[Attachment | None] = attachment(label=_("Message"), readonly=True)
    file_id: Mapped[int | None]

    _once = unique("received", "status", message=_("The supplier was told this already."))
    _kept = frozen(when={"status": ("AB", "AP", "RE", "PD")}, free=("sent", "file"))
