"""What a new site starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tradewright.orm import select
from tradewright_product.models.tax import Tax

from ..models.chart import Account

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..extends.tax import BookedTax

REVENUE = {("S", 19): "4400", ("S", 7): "4300", ("K", 0): "4125", ("G", 0): "4120"}
TAX = {("S", 19): "3806", ("S", 7): "3801"}
EXPENSE = {("S", 19): "5400", ("S", 7): "5300", ("K", 0): "5425", ("G", 0): "5559"}
INPUT = {("S", 19): "1406", ("S", 7): "1401"}


def book_taxes(env: Env) -> None:
    """Connect the taxes with the accounts of the chart that are made for them."""
    accounts = {account.code: account for account in env.scalars(select(env[Account]))}
    for tax in env.scalars(select(env[Tax])):
        booked = cast("BookedTax", tax)
        key = (tax.category, int(tax.rate))
        booked.revenue_account = booked.revenue_account or accounts.get(REVENUE.get(key, ""))
        booked.tax_account = booked.tax_account or accounts.get(TAX.get(key, ""))
        booked.expense_account = booked.expense_account or accounts.get(EXPENSE.get(key, ""))
        booked.input_account = booked.input_account or accounts.get(INPUT.get(key, ""))
