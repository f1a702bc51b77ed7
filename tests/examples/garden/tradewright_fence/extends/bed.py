"""Beds with a fence."""

from collections.abc import Sequence
from typing import Self

from tradewright.base import UserError
from tradewright.i18n import _
from tradewright.orm import Env, Mapped, expression, field, more_choices, one_to_many, operation, total
from tradewright_garden.models.bed import Bed

from ..models.gate import Gate


class FencedBed(Bed, extend=True):
    """A bed with gates, that may be locked."""

    fence: Mapped[int | None] = field(label=_("Height of the fence"), at_least=1)
    gates: Mapped[list[Gate]] = one_to_many(inverse="bed", order_by="id", label=_("Gates"))
    gaps: Mapped[int] = total(of="gates", field="width", label=_("Width of all gates"))
    doubled: Mapped[int | None] = expression(lambda cls: cls.fence + cls.fence, label=_("Twice the height"))
    more_states = more_choices("state", [("locked", _("Locked"))])

    @classmethod
    def describe(cls, env: Env, beds: Sequence[Self]) -> list[str]:
        """Name the fence after what is below."""
        return [f"{words}, fenced" for words in super().describe(env, beds)]

    @classmethod
    def open(cls, env: Env, beds: Sequence[Self]) -> None:
        """Refuse beds with a fence that nobody gets through."""
        super().open(env, beds)
        for bed in beds:
            if bed.fence and not bed.gates:
                raise UserError("fence.no-gate", _("{bed} has a fence without a gate.", bed=bed.name))

    @operation(label=_("Lock"), permission="garden.manager", states=("open",))
    @classmethod
    def lock_up(cls, env: Env, beds: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Lock open beds."""
        for bed in beds:
            bed.state = "locked"
