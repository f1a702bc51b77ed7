"""The tax breakdown of a posted invoice."""

from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, frozen, many_to_one, money
from tradewright_product.models.tax import Tax

if TYPE_CHECKING:
    from .invoice import Invoice


class InvoiceTax(Model, label=_("Tax of an invoice"), plural=_("Taxes of invoices"), order_by="id", audit="none"):
    """One row of the tax breakdown: net base and tax by category and rate."""

    invoice: Mapped["Invoice"] = many_to_one(label=_("Invoice"), on_delete="cascade")
    invoice_id: Mapped[int]
    tax: Mapped[Tax] = many_to_one(label=_("Tax"), index=False)
    tax_id: Mapped[int]
    base: Mapped[Decimal] = money(label=_("Net base"), currency="invoice.currency")
    amount: Mapped[Decimal] = money(label=_("Tax amount"), currency="invoice.currency")

    _kept = frozen(parent="invoice")
