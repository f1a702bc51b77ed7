"""The registry's own tables: which addons are installed, and by which names data files know their records."""

from __future__ import annotations

from datetime import datetime

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, text


class InstalledAddon(
    Model, label=_("Installed addon"), plural=_("Installed addons"), title="name", order_by="name", audit="all"
):
    """An addon whose tables and data this site has."""

    name: Mapped[str] = text(label=_("Name"), unique=True, readonly=True)
    installed_version: Mapped[str] = text(label=_("Version"), readonly=True)
    installed_at: Mapped[datetime] = field(label=_("Installed"), readonly=True)


class ExternalId(Model, label=_("External id"), plural=_("External ids"), title="name", audit="none"):
    """The permanent name of a record that came from a data file: `addon.name`."""

    name: Mapped[str] = text(label=_("Name"), unique=True, readonly=True)
    model: Mapped[str] = text(label=_("Model"), readonly=True)
    record: Mapped[int] = field(label=_("Record"), readonly=True)
