"""Sendings and what became of them: each time a document goes out, and each thing that happened to it."""

from datetime import datetime

from tradewright.i18n import _
from tradewright.orm import (
    Mapped,
    Model,
    attachment,
    choice,
    field,
    frozen,
    index,
    many_to_one,
    text,
    unique,
)
from tradewright_base.models.attachment import Attachment

from .einvoice import STATES, EInvoice

SENDING_STATES = [
    ("queued", _("Waiting")),
    ("sending", _("On its way")),
    ("sent", _("Sent")),
    ("failed", _("Failed")),
]


class EInvoiceSending(
    Model,
    label=_("Sending"),
    plural=_("Sendings"),
    title="key",
    order_by="-id",
    search=("key", "recipient", "reference"),
    audit="none",
    company=True,
):
    """One time that a document goes out. Its key is told to the other side, which knows a repetition by it."""

    company_id: Mapped[int]
    einvoice: Mapped[EInvoice] = many_to_one(label=_("E-invoice"), readonly=True, on_delete="restrict")
    einvoice_id: Mapped[int]
    ordinal: Mapped[int] = field(label=_("How manieth time"), at_least=1, readonly=True)
    key: Mapped[str] = text(label=_("Key"), max_length=80, unique=True, readonly=True)
    channel: Mapped[str] = text(label=_("Channel"), max_length=40, readonly=True)
    state: Mapped[str] = choice(SENDING_STATES, label=_("State"), default="queued", readonly=True, index=True)
    recipient: Mapped[str] = text(label=_("Sent to"), default="", readonly=True)
    staged: Mapped[bool] = field(
        label=_("May have left"),
        default=False,
        readonly=True,
        help=_("The other side may have it already: it is asked before it is sent again."),
    )
    attempts: Mapped[int] = field(label=_("Attempts"), default=0, at_least=0, readonly=True)
    worker: Mapped[str | None] = text(label=_("Worker"), max_length=40, readonly=True)
    worker_until: Mapped[datetime | None] = field(label=_("Held until"), readonly=True)
    reference: Mapped[str | None] = text(label=_("Reference of the other side"), max_length=200, readonly=True)
    error: Mapped[str | None] = text(label=_("Error"), multiline=True, max_length=2_000, readonly=True)
    queued_at: Mapped[datetime] = field(label=_("Queued at"), readonly=True)
    sent_at: Mapped[datetime | None] = field(label=_("Sent at"), readonly=True)

    _once = unique("einvoice", "ordinal", message=_("This sending exists already."))
    # Who was sent what, and under which key, is said once; so is that it arrived there.
    _kept = frozen(
        when={"state": ("sent",)},
        free=("worker", "worker_until", "error"),
    )


class EInvoiceEvent(
    Model,
    label=_("Event"),
    plural=_("Events"),
    title="code",
    order_by="-id",
    audit="none",
):
    """Something that happened to an e-invoice: what our side did, and what the other side said. Kept for good."""

    einvoice: Mapped[EInvoice] = many_to_one(label=_("E-invoice"), readonly=True, on_delete="restrict")
    einvoice_id: Mapped[int]
    key: Mapped[str] = text(label=_("Key"), max_length=120, readonly=True)
    at: Mapped[datetime] = field(label=_("When"), readonly=True)
    source: Mapped[str] = choice(
        [
            ("own", _("Us")),
            ("network", _("Network")),
            ("customer", _("Customer")),
            ("ledger", _("Ledger")),
        ],
        label=_("Said by"),
        readonly=True,
    )
    code: Mapped[str] = text(label=_("Code"), max_length=40, readonly=True)
    meaning: Mapped[str] = text(label=_("Meaning"), default="", readonly=True)
    reason: Mapped[str] = text(label=_("Reason"), multiline=True, max_length=4_000, default="", readonly=True)
    before: Mapped[str] = choice(STATES, label=_("Before"), readonly=True)
    after: Mapped[str] = choice(STATES, label=_("After"), readonly=True)
    file: Mapped[Attachment | None] = attachment(label=_("Message"), readonly=True)
    file_id: Mapped[int | None]

    _once = unique("einvoice", "key", message=_("This was noted already."))
    _by_time = index("einvoice", "at")
    _kept = frozen(when={"source": ("own", "network", "customer", "ledger")}, free=("file",))
