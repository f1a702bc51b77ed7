"""What a job leaves behind."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, text


class Effect(Model, label=_("Effect"), plural=_("Effects"), audit="none"):
    """One row for each time that a job's transaction was committed."""

    name: Mapped[str] = text(label=_("Name"))
    user: Mapped[int | None] = field(label=_("User"))
    language: Mapped[str] = text(label=_("Language"))
    rights: Mapped[str] = text(label=_("Kind of actor"))
