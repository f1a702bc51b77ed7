"""Taxes with the accounts they are booked to."""

from tradewright.i18n import _
from tradewright.orm import Mapped, many_to_one
from tradewright_product.models.tax import Tax

from ..models.chart import Account


class BookedTax(Tax, extend=True):
    """A tax with its own accounts; without them the default ones of the chart are used."""

    tax_account: Mapped[Account | None] = many_to_one(label=_("Account of the tax"), index=False)
    tax_account_id: Mapped[int | None]
    revenue_account: Mapped[Account | None] = many_to_one(label=_("Account of the revenue"), index=False)
    revenue_account_id: Mapped[int | None]
    input_account: Mapped[Account | None] = many_to_one(label=_("Account of the input tax"), index=False)
    input_account_id: Mapped[int | None]
    expense_account: Mapped[Account | None] = many_to_one(label=_("Account of the expenses"), index=False)
    expense_account_id: Mapped[int | None]
