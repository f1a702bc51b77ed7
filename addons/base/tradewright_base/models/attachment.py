"""Files that belong to records."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, field, index, text


class Attachment(
    Model, label=_("Attachment"), plural=_("Attachments"), title="name", order_by="-id", public=True, plays="attachment"
):
    """A file of the site's content-addressed store, read with the rights of the record that owns it."""

    name: Mapped[str] = text(label=_("File name"), readonly=True)
    media_type: Mapped[str] = text(label=_("Media type"), max_length=100, readonly=True)
    size: Mapped[int] = field(label=_("Size"), at_least=0, unit="B", readonly=True)
    sha256: Mapped[str] = text(label=_("SHA-256"), max_length=64, index=True, readonly=True)
    owner_model: Mapped[str | None] = text(label=_("Owner's model"), max_length=100, readonly=True)
    owner_id: Mapped[int | None] = field(label=_("Owner's number"), readonly=True)

    _owner = index("owner_model", "owner_id")
    _owned = check(
        lambda cls: cls.owner_model.is_(None) == cls.owner_id.is_(None),
        message=_("A file belongs to one record: name both its model and its number."),
    )
