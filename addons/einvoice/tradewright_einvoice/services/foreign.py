"""How the invoice of somebody else is shown: no company's logo, words and figures of the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.i18n import Formatter

from ..engine.rendering import Look

if TYPE_CHECKING:
    from decimal import Decimal


def foreign_look(language: str) -> Look:
    """The look of a foreign invoice for readers of a language."""
    write = Formatter(language)

    def price(value: Decimal) -> str:
        return write.number(value, 2) if value == round(value, 2) else write.number(value)

    return Look(
        language=language,
        money=lambda amount: write.number(amount, 2),
        number=write.number,
        price=price,
        percent=write.percent,
        day=write.date,
        country=write.country,
    )
