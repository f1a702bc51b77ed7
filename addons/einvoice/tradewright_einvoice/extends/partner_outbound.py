"""Customers and the ways by which documents reach them."""

from collections.abc import Sequence
from typing import Self

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.orm import Env, Mapped, more_choices, text
from tradewright_base.models.partner import Partner


class ReachedPartner(Partner, extend=True):
    """A customer whose documents may go into a folder or through an access point, too."""

    einvoice_channel_more = more_choices(
        "einvoice_channel", [("folder", _("As files in a folder")), ("access_point", _("Through the access point"))]
    )
    einvoice_folder: Mapped[str | None] = text(
        label=_("Folder for e-invoices"),
        max_length=200,
        help=_("Below the folder for outgoing files that the settings name, such as customers/4711."),
    )
    einvoice_file_name: Mapped[str | None] = text(
        label=_("Names of the files"),
        max_length=100,
        help=_("Such as {number} or {kind}-{number}; empty: the number. The ending is added."),
    )

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse folders and names that could lead elsewhere."""
        super().before_save(env, records)
        from ..services.channels.folder import is_folder, is_template

        for one in records:
            if one.einvoice_folder and env.changed(one, "einvoice_folder") and not is_folder(one.einvoice_folder):
                text = _("A folder is named by letters, digits, - and _, with / between its levels.")
                raise Invalid("einvoice.folder", text, fields={"einvoice_folder": text})
            name = one.einvoice_file_name
            if name and env.changed(one, "einvoice_file_name") and not is_template(name):
                text = _("The name of a file holds {number}, and besides it only {kind} and {profile} in braces.")
                raise Invalid("einvoice.file-name", text, fields={"einvoice_file_name": text})
