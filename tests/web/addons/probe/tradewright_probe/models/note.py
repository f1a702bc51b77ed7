"""A record to write."""

from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, quantity, text


class Note(Model, label=_("Note"), plural=_("Notes"), public=True):
    """A note with a quantity."""

    body: Mapped[str] = text(label=_("Text"))
    amount: Mapped[Decimal] = quantity(label=_("Amount"), default=0)
