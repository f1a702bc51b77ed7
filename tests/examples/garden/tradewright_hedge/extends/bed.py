"""Beds with a hedge."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, field
from tradewright_garden.models.bed import Bed


class HedgedBed(Bed, extend=True):
    """A bed with a hedge."""

    hedge: Mapped[int] = field(label=_("Height of the hedge"), default=3)

    @classmethod
    def describe(cls, env: Env, beds: Sequence[Self]) -> list[str]:
        """Name the hedge after what is below."""
        return [f"{words}, hedged" for words in super().describe(env, beds)]
