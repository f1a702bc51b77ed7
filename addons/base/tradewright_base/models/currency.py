"""Currencies and how their amounts are rounded."""

from decimal import Decimal

from tradewright.base.numbers import round_half_up
from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, text, translated


class Currency(
    Model, label=_("Currency"), plural=_("Currencies"), title="code", order_by="code", search=("code", "name")
):
    """A currency of ISO 4217, with name, symbol and digits from CLDR."""

    code: Mapped[str] = text(
        label=_("Code"), max_length=3, unique=True, readonly=True, help=_("Three letters of ISO 4217.")
    )
    name: Mapped[str] = translated(label=_("Name"))
    symbol: Mapped[str] = text(label=_("Symbol"), max_length=8)
    digits: Mapped[int] = field(
        label=_("Digits"), default=2, at_least=0, at_most=4, help=_("Digits after the decimal mark.")
    )

    def round(self, amount: Decimal) -> Decimal:
        """The amount rounded half up to the digits of this currency."""
        return round_half_up(amount, self.digits)
