"""The archive: every document that was sent or received, byte by byte, in one chain for each company."""

from datetime import date, datetime

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

from .einvoice import EInvoice

NO_HASH = "0" * 64
"""What stands before the first entry of a chain."""

KINDS = [
    ("issued", _("Issued document")),
    ("rendering", _("Readable form")),
    ("findings", _("Findings of the check")),
    ("receipt", _("Receipt")),
    ("response", _("Response")),
    ("received", _("Received document")),
    ("erasure", _("Erasure")),
]


class ArchiveChain(
    Model, label=_("Archive chain"), plural=_("Archive chains"), title="head", order_by="id", audit="none", company=True
):
    """The end of a company's chain. Whoever archives holds this row, so entries come one after the other."""

    company_id: Mapped[int]
    length: Mapped[int] = field(label=_("Entries"), default=0, at_least=0, readonly=True)
    head: Mapped[str] = text(label=_("Hash of the last entry"), max_length=64, default=NO_HASH, readonly=True)

    _one = unique("company", message=_("This company has its chain already."))


class ArchiveEntry(
    Model,
    label=_("Archived document"),
    plural=_("Archived documents"),
    title="name",
    order_by="-id",
    search=("name", "number", "party"),
    public=True,
    audit="none",
    company=True,
):
    """One archived document. Its hash covers all that stands here, the document's own hash and the entry before it."""

    company_id: Mapped[int]
    position: Mapped[int] = field(label=_("Position"), at_least=1, readonly=True)
    kind: Mapped[str] = choice(KINDS, label=_("Kind"), readonly=True, index=True)
    name: Mapped[str] = text(label=_("File name"), readonly=True)
    media_type: Mapped[str] = text(label=_("Media type"), max_length=100, readonly=True)
    size: Mapped[int] = field(label=_("Size"), at_least=0, unit="B", readonly=True)
    sha256: Mapped[str] = text(label=_("SHA-256"), max_length=64, index=True, readonly=True)
    number: Mapped[str] = text(label=_("Number"), max_length=80, default="", readonly=True, index=True)
    party: Mapped[str] = text(label=_("Other party"), default="", readonly=True)
    document_date: Mapped[date] = field(label=_("Date of the document"), readonly=True, index=True)
    owner_model: Mapped[str] = text(label=_("Belongs to"), max_length=100, default="", readonly=True)
    owner_id: Mapped[int | None] = field(label=_("Its number"), readonly=True)
    archived_at: Mapped[datetime] = field(label=_("Archived at"), readonly=True)
    prev_hash: Mapped[str] = text(label=_("Hash of the entry before"), max_length=64, readonly=True)
    hash: Mapped[str] = text(label=_("Hash of this entry"), max_length=64, readonly=True)
    einvoice: Mapped[EInvoice | None] = many_to_one(label=_("E-invoice"), readonly=True)
    einvoice_id: Mapped[int | None]
    file: Mapped[Attachment | None] = attachment(label=_("File"), readonly=True)
    file_id: Mapped[int | None]

    _place = unique("company", "position", message=_("This place of the archive is taken."))
    _owner = index("owner_model", "owner_id")
    # Nothing of an entry changes, ever. Its file goes when its time is over, and the chain says so in a new entry.
    _kept = frozen(when={"kind": tuple(kind for kind, _label in KINDS)}, free=("file",))
