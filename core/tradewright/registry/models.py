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


class SiteState(Model, label=_("State of the site"), plural=_("States of the site"), audit="none"):
    """One row: how often the addons of the site were changed, and what its tables were made of.

    `digest` tells the tables that the addons declared at the last change, `phase` what was begun and not finished.
    """

    generation: Mapped[int] = field(label=_("Generation"), default=0, readonly=True)
    digest: Mapped[str] = text(label=_("Tables"), default="", readonly=True)
    phase: Mapped[str | None] = text(label=_("Phase"), readonly=True)


class ParkedTable(
    Model, label=_("Parked table"), plural=_("Parked tables"), title="source", order_by="-parked_at", audit="all"
):
    """What an addon kept on this site before it left: a table, or columns of another addon's table."""

    name: Mapped[str] = text(label=_("Name"), unique=True, readonly=True)
    addon: Mapped[str] = text(label=_("Addon"), readonly=True)
    source: Mapped[str] = text(label=_("Table"), readonly=True)
    columns: Mapped[str | None] = text(label=_("Columns"), max_length=4000, readonly=True)
    row_count: Mapped[int] = field(label=_("Rows"), readonly=True)
    parked_at: Mapped[datetime] = field(label=_("Parked"), readonly=True)


class ExternalId(Model, label=_("External id"), plural=_("External ids"), title="name", audit="none"):
    """The permanent name of a record that came from a data file: `addon.name`."""

    name: Mapped[str] = text(label=_("Name"), unique=True, readonly=True)
    model: Mapped[str] = text(label=_("Model"), readonly=True)
    record: Mapped[int] = field(label=_("Record"), readonly=True)
