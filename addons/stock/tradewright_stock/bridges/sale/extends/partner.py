"""What a customer wants when stock is short."""

from tradewright.i18n import _
from tradewright.orm import Mapped, choice
from tradewright_base.models.partner import Partner

POLICIES = [
    ("backorder", _("Ship what is there, the rest later")),
    ("ship_complete", _("Ship only complete")),
    ("cancel_rest", _("Ship what is there, cancel the rest")),
]


class SuppliedPartner(Partner, extend=True):
    """A customer with a standing wish about shortages; an order may say otherwise."""

    shortage_policy: Mapped[str | None] = choice(POLICIES, label=_("If stock is short"))
