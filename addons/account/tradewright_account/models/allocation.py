"""What settles which invoice."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, field, frozen, many_to_one, money

if TYPE_CHECKING:
    from .invoice import Invoice
    from .payment import Payment


class Allocation(Model, label=_("Allocation"), plural=_("Allocations"), order_by="-id", audit="all"):
    """A part of an invoice that a payment or a credit note settles."""

    invoice: Mapped["Invoice"] = many_to_one(label=_("Invoice"))
    invoice_id: Mapped[int]
    payment: Mapped["Payment | None"] = many_to_one(label=_("Payment"))
    payment_id: Mapped[int | None]
    credit_note: Mapped["Invoice | None"] = many_to_one(label=_("Credit note"))
    credit_note_id: Mapped[int | None]
    amount: Mapped[Decimal] = money(label=_("Amount"), currency="invoice.currency")
    allocated_on: Mapped[date] = field(label=_("Date"), default=lambda env: env.today)

    _positive = check(lambda cls: cls.amount > 0, message=_("An allocation is greater than 0."))
    _source = check(
        lambda cls: cls.payment_id.is_(None) != cls.credit_note_id.is_(None),
        message=_("An allocation comes from a payment or from a credit note."),
    )
    _kept = frozen()
