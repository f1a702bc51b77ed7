"""The archive: what was issued to a customer, byte by byte."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import (
    Mapped,
    Model,
    attachment,
    choice,
    field,
    frozen,
    json,
    many_to_one,
    one_to_many,
    text,
    unique,
)
from tradewright_account.models.invoice import Invoice
from tradewright_base.models.attachment import Attachment

if TYPE_CHECKING:
    from .archive import ArchiveEntry
    from .sending import EInvoiceEvent, EInvoiceSending

PROFILES = [
    ("peppol", _("Peppol BIS Billing 3")),
    ("en16931", _("EN 16931")),
    ("xrechnung", _("XRechnung 3")),
    ("factur-x-en16931", _("Factur-X / ZUGFeRD (EN 16931)")),
]
STATES = [
    ("checked", _("Checked")),
    ("sent", _("Sent")),
    ("delivered", _("Delivered")),
    ("accepted", _("Accepted")),
    ("rejected", _("Rejected")),
    ("paid", _("Paid")),
    ("failed", _("Failed")),
]
"""How far a document is. Which follows which is in `services.progress`."""


class EInvoice(
    Model,
    label=_("E-invoice"),
    plural=_("E-invoices"),
    title="number",
    order_by="-id",
    search=("number", "recipient"),
    public=True,
    audit="changes",
    company=True,
):
    """One issue of a posted invoice as a document. Its files are never replaced: a repair is a new version."""

    company_id: Mapped[int]
    invoice: Mapped[Invoice] = many_to_one(label=_("Invoice"), readonly=True, on_delete="restrict")
    invoice_id: Mapped[int]
    edition: Mapped[int] = field(label=_("Version"), default=1, at_least=1, readonly=True)
    current: Mapped[bool] = field(label=_("Current"), default=True, readonly=True, help=_("No newer version exists."))
    number: Mapped[str] = text(label=_("Number"), max_length=40, readonly=True, index=True)
    profile: Mapped[str] = choice(PROFILES, label=_("Profile"), default="peppol", readonly=True)
    state: Mapped[str] = choice(STATES, label=_("State"), default="checked", readonly=True, index=True)
    channel: Mapped[str | None] = text(label=_("Channel"), max_length=40, readonly=True)
    reason: Mapped[str | None] = text(
        label=_("What the customer says"),
        multiline=True,
        max_length=4_000,
        readonly=True,
        help=_("The reasons of the last response."),
    )
    answered_at: Mapped[datetime | None] = field(
        label=_("Answered at"), readonly=True, help=_("When the response that counts was written.")
    )
    events: Mapped[list["EInvoiceEvent"]] = one_to_many(inverse="einvoice", order_by="-at", label=_("History"))
    deliveries: Mapped[list["EInvoiceSending"]] = one_to_many(
        inverse="einvoice", order_by="-ordinal", label=_("Sendings")
    )
    papers: Mapped[list["ArchiveEntry"]] = one_to_many(
        inverse="einvoice", order_by="position", label=_("Archived documents")
    )
    erased: Mapped[bool] = field(
        label=_("Erased"), default=False, readonly=True, help=_("Its time in the archive is over.")
    )
    xml: Mapped[Attachment | None] = attachment(label=_("XML"))
    xml_id: Mapped[int | None]
    pdf: Mapped[Attachment | None] = attachment(label=_("PDF"))
    pdf_id: Mapped[int | None]
    sha256: Mapped[str | None] = text(label=_("SHA-256 of the XML"), max_length=64, readonly=True)
    findings: Mapped[list[Any]] = json(label=_("Findings"), default=list, readonly=True)
    fatal: Mapped[int] = field(label=_("Faults"), default=0, at_least=0, readonly=True)
    summary: Mapped[str | None] = text(label=_("What the check says"), multiline=True, max_length=8_000, readonly=True)
    recipient: Mapped[str | None] = text(label=_("Sent to"), readonly=True)
    sent_at: Mapped[datetime | None] = field(label=_("Sent at"), readonly=True)
    sendings: Mapped[int] = field(label=_("Times sent"), default=0, at_least=0, readonly=True)
    message_key: Mapped[str | None] = text(label=_("Key of the sending"), max_length=80, readonly=True)

    _edition = unique("invoice", "edition", message=_("This version of the e-invoice exists already."))
    # A row of the archive is sent and answered; a PDF is added at most once; its files go when their time is over.
    _kept = frozen(
        when={"state": tuple(state for state, _label in STATES), "erased": (False,)},
        free=(
            *("state", "current", "erased", "channel", "recipient"),
            *("sent_at", "sendings", "message_key", "reason", "answered_at"),
        ),
        once=("pdf",),
    )
