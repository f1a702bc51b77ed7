"""Customers who collect points."""

from tradewright.i18n import _
from tradewright.orm import Mapped, one_to_many, total
from tradewright_base.models.partner import Partner

from ..models.reward import Reward


class LoyalPartner(Partner, extend=True):
    """A customer who collects points."""

    rewards: Mapped[list[Reward]] = one_to_many(inverse="customer", label=_("Rewards"))
    points: Mapped[int] = total(of="rewards", field="points", label=_("Points"))
