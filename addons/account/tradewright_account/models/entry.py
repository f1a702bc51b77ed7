"""The general ledger: balanced entries that are never changed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    check,
    field,
    frozen,
    index,
    many_to_one,
    money,
    one_to_many,
    operation,
    text,
)
from tradewright_base.models.company import Company
from tradewright_base.models.partner import Partner
from tradewright_product.models.tax import Tax

from .. import errors
from ..services import entries
from .chart import Account, Journal

if TYPE_CHECKING:
    from .bill import Bill
    from .bill_settlement import BillSettlement
    from .invoice import Invoice
    from .payment import Payment


class Entry(
    Model,
    label=_("Journal entry"),
    plural=_("Journal entries"),
    title="number",
    order_by="-id",
    search=("number", "reference"),
    audit="all",
    company=True,
):
    """A balanced entry in the currency of the company. A mistake is corrected by a reversing entry."""

    number: Mapped[str | None] = text(label=_("Number"), readonly=True, max_length=40, index=True)
    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    booked_on: Mapped[date] = field(label=_("Date"), default=lambda env: env.today, index=True)
    journal: Mapped[Journal] = many_to_one(label=_("Journal"))
    journal_id: Mapped[int]
    reference: Mapped[str | None] = text(label=_("Reference"))
    reverses: Mapped["Entry | None"] = many_to_one(label=_("Reverses"), unique=True)
    reverses_id: Mapped[int | None]
    lines: Mapped[list["EntryLine"]] = one_to_many(inverse="entry", owned=True, order_by="id", label=_("Lines"))
    invoices: Mapped[list["Invoice"]] = one_to_many(inverse="entry", label=_("Invoices"))
    payments: Mapped[list["Payment"]] = one_to_many(inverse="entry", label=_("Payments"))
    bills: Mapped[list["Bill"]] = one_to_many(inverse="entry", label=_("Supplier bills"))
    bill_settlements: Mapped[list["BillSettlement"]] = one_to_many(inverse="entry", label=_("Paid bills"))

    _kept = frozen(once=("number",))

    def display_name(self) -> str:
        """The number, or the reference."""
        return self.number or self.reference or f"#{self.id or ''}"

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse entries that don't balance or are too early; number those of the general journal."""
        super().before_save(env, records)
        entries.check(env, [entry for entry in records if env.changed(entry)])

    @operation(
        label=_("Reverse"),
        permission="account.manager",
        danger=True,
        confirm=_("A second entry takes this one back; both stay in the books."),
    )
    @classmethod
    def reverse(cls, env: Env, records: Sequence[Self]) -> list["Entry"]:
        """Take entries back by mirrored ones of today, each once, and return those."""
        return entries.reverse(env, records)


class EntryLine(Model, label=_("Ledger line"), plural=_("General ledger"), order_by="-id", audit="none"):
    """A debit or credit of one account."""

    entry: Mapped[Entry] = many_to_one(label=_("Entry"), on_delete="cascade")
    entry_id: Mapped[int]
    account: Mapped[Account] = many_to_one(label=_("Account"))
    account_id: Mapped[int]
    partner: Mapped[Partner | None] = many_to_one(label=_("Partner"))
    partner_id: Mapped[int | None]
    debit: Mapped[Decimal] = money(label=_("Debit"), currency="entry.company.currency", default=0, at_least=0)
    credit: Mapped[Decimal] = money(label=_("Credit"), currency="entry.company.currency", default=0, at_least=0)
    due_date: Mapped[date | None] = field(label=_("Due"))
    tax: Mapped[Tax | None] = many_to_one(label=_("Tax"), index=False)
    tax_id: Mapped[int | None]

    _one_side = check(lambda line: (line.debit == 0) | (line.credit == 0), message=_("A line is a debit or a credit."))
    _of_account = index("account", "partner")
    _kept = frozen()

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse further lines of entries that are booked."""
        super().before_save(env, records)
        for line in records:
            if not env.changed(line.entry):
                raise errors.kept(line.entry.display_name())
