"""The tax breakdown of a supplier bill."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, check, frozen, many_to_one, money, unique
from tradewright_product.models.tax import Tax

from ..services import bills

if TYPE_CHECKING:
    from .bill import Bill


class BillTax(Model, label=_("Tax of a bill"), plural=_("Taxes of bills"), order_by="id", audit="none"):
    """One row of the tax breakdown. The supplier's own rounding may be stated; it differs by less than one unit."""

    bill: Mapped["Bill"] = many_to_one(label=_("Bill"), on_delete="cascade")
    bill_id: Mapped[int]
    tax: Mapped[Tax] = many_to_one(label=_("Tax"), index=False, readonly=True)
    tax_id: Mapped[int]
    base: Mapped[Decimal] = money(label=_("Net base"), currency="bill.currency", default=0, readonly=True)
    stated: Mapped[Decimal | None] = money(
        label=_("As stated"),
        currency="bill.currency",
        help=_("The tax as the supplier rounded it. Empty: as computed."),
    )
    amount: Mapped[Decimal] = money(label=_("Tax amount"), currency="bill.currency", default=0, readonly=True)

    _one = unique("bill", "tax", message=_("The bill has a row for this tax already."))
    _stated = check(
        lambda row: row.stated.is_(None) | (row.stated == row.amount),
        message=_("The tax of a bill is what the supplier states."),
    )
    _kept = frozen(parent="bill")

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Keep the totals of drafts in step with what is stated."""
        super().before_save(env, records)
        owned: list[Bill | None] = [row.bill for row in records if env.changed(row, "stated")]
        drafts = {id(one): one for one in owned if one is not None and one.state == "draft"}
        bills.complete(env, list(drafts.values()), BillTax)
