"""What settles which supplier bill."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, choice, field, frozen, many_to_one, money, text

from .entry import Entry

if TYPE_CHECKING:
    from .bill import Bill


class BillSettlement(Model, label=_("Payment of a bill"), plural=_("Payments of bills"), order_by="-id", audit="all"):
    """A part of a supplier bill that was paid by us, or that a credit note of the supplier settles."""

    bill: Mapped["Bill"] = many_to_one(label=_("Bill"))
    bill_id: Mapped[int]
    credit_note: Mapped["Bill | None"] = many_to_one(label=_("Credit note"))
    credit_note_id: Mapped[int | None]
    entry: Mapped[Entry | None] = many_to_one(label=_("Journal entry"))
    entry_id: Mapped[int | None]
    amount: Mapped[Decimal] = money(label=_("Amount"), currency="bill.currency")
    settled_on: Mapped[date] = field(label=_("Date"), default=lambda env: env.today)
    method: Mapped[str | None] = choice(
        [("transfer", _("Bank transfer")), ("card", _("Card")), ("cash", _("Cash"))], label=_("Method")
    )
    reference: Mapped[str | None] = text(label=_("Reference"), max_length=140)

    _positive = check(lambda cls: cls.amount > 0, message=_("A payment is greater than 0."))
    _source = check(
        lambda cls: cls.entry_id.is_(None) != cls.credit_note_id.is_(None),
        message=_("A bill is settled by a payment or by a credit note."),
    )
    _kept = frozen()
