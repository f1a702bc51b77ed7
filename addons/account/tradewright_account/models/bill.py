"""Supplier bills and the credit notes of suppliers."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    case,
    check,
    choice,
    expression,
    field,
    frozen,
    index,
    literal,
    many_to_one,
    money,
    one_to_many,
    operation,
    text,
    unique,
)
from tradewright.web import Money
from tradewright_base.models.company import Company
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner

from ..services import bill_paying, bill_posting, bills
from .bill_line import BillLine
from .bill_settlement import BillSettlement
from .bill_tax import BillTax
from .chart import PaymentTerm
from .entry import Entry


class Rejection(BaseModel):
    """Why a bill is not paid."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(title=str(_("Reason")), min_length=3, max_length=1_000)


class Paying(BaseModel):
    """How bills were paid; without an amount each is paid whole."""

    model_config = ConfigDict(extra="forbid")

    amount: Money | None = Field(default=None, title=str(_("Amount")), gt=0)
    paid_on: date | None = Field(default=None, title=str(_("Date")))
    method: Literal["transfer", "card", "cash"] = Field(default="transfer", title=str(_("Method")))
    reference: str = Field(default="", title=str(_("Reference")), max_length=140)


class Bill(
    Model,
    label=_("Supplier bill"),
    plural=_("Supplier bills"),
    title="number",
    order_by="-id",
    search=("number", "supplier_number"),
    public=True,
    versioned=True,
    audit="all",
    company=True,
):
    """A bill or credit note of a supplier. Once posted it is a fact; a credit note corrects it."""

    kind: Mapped[str] = choice(
        [("bill", _("Bill")), ("vendor_credit", _("Credit note"))],
        label=_("Kind"),
        default="bill",
        index=True,
    )
    number: Mapped[str | None] = text(label=_("Our number"), readonly=True, unique=True, max_length=40)
    supplier_number: Mapped[str | None] = text(label=_("Supplier's number"), max_length=100, index=True, copy=False)
    state: Mapped[str] = choice(
        [
            ("draft", _("Draft")),
            ("posted", _("Posted")),
            ("rejected", _("Rejected")),
            ("cancelled", _("Cancelled")),
        ],
        label=_("State"),
        default="draft",
        readonly=True,
        index=True,
        copy=False,
    )
    payment_state: Mapped[str] = choice(
        [("open", _("Open")), ("partial", _("Partly paid")), ("paid", _("Paid"))],
        label=_("Payment"),
        default="open",
        readonly=True,
        copy=False,
    )
    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    supplier: Mapped[Partner] = many_to_one(label=_("Supplier"))
    supplier_id: Mapped[int]
    currency: Mapped[Currency] = many_to_one(label=_("Currency"), default=lambda env: env.company.currency)
    currency_id: Mapped[int]
    currency_rate: Mapped[Decimal] = field(
        label=_("Exchange rate"), default=1, scale=6, help=_("Company currency for one unit of the bill's currency.")
    )
    bill_date: Mapped[date | None] = field(label=_("Bill date"), index=True, copy=False)
    booked_on: Mapped[date | None] = field(label=_("Booked on"), copy=False, help=_("Empty: the bill date."))
    due_date: Mapped[date | None] = field(label=_("Due"), index=True, copy=False)
    payment_term: Mapped[PaymentTerm | None] = many_to_one(label=_("Payment term"))
    payment_term_id: Mapped[int | None]
    order_reference: Mapped[str | None] = text(label=_("Our order number"), max_length=100)
    payment_reference: Mapped[str | None] = text(label=_("Payment reference"), max_length=140, copy=False)
    pay_to: Mapped[str | None] = text(label=_("Pay to account"), max_length=64, copy=False)
    note: Mapped[str | None] = text(label=_("Note"), multiline=True, max_length=4_000)
    reason: Mapped[str | None] = text(label=_("Reason of the rejection"), max_length=1_000, readonly=True, copy=False)
    lines: Mapped[list[BillLine]] = one_to_many(inverse="bill", owned=True, order_by="position", label=_("Lines"))
    taxes: Mapped[list[BillTax]] = one_to_many(inverse="bill", owned=True, order_by="id", label=_("Taxes"))
    untaxed: Mapped[Decimal] = money(label=_("Net total"), default=0, readonly=True)
    tax_total: Mapped[Decimal] = money(label=_("Tax"), default=0, readonly=True)
    total: Mapped[Decimal] = money(label=_("Total"), default=0, readonly=True)
    residual: Mapped[Decimal] = money(label=_("Open amount"), default=0, readonly=True)
    open_balance: Mapped[Decimal] = expression(
        lambda cls: case((cls.kind == "vendor_credit", literal(0) - cls.residual), else_=cls.residual),
        label=_("Open balance"),
        help=_("What is open; credit notes count negative."),
    )
    entry: Mapped[Entry | None] = many_to_one(label=_("Journal entry"), readonly=True, copy=False)
    entry_id: Mapped[int | None]
    credited_bill: Mapped["Bill | None"] = many_to_one(label=_("Credit note for"), copy=False)
    credited_bill_id: Mapped[int | None]
    settlements: Mapped[list[BillSettlement]] = one_to_many(inverse="bill", label=_("Payments"))
    identity: Mapped[str | None] = text(label=_("Identity"), max_length=255, readonly=True, copy=False)

    _by_supplier = index("supplier", "state", "payment_state")
    _once = unique("identity", message=_("This bill of the supplier is there already: look for its number."))
    _residual = check(
        lambda cls: (cls.residual == 0) | ((cls.residual > 0) & (cls.residual <= cls.total)),
        message=_("More would be paid than is open. Reload the page."),
    )
    _rate = check(lambda cls: cls.currency_rate > 0, message=_("An exchange rate is greater than 0."))
    _kept = frozen(when={"state": ("posted",)}, free=("residual", "payment_state"), once=("number", "entry"))

    def display_name(self) -> str:
        """Our number, else the supplier's."""
        return self.number or self.supplier_number or super().display_name()

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Complete drafts, keep their totals in step with their lines, and find bills that are there already."""
        super().before_save(env, records)
        changed = [one for one in records if one.state == "draft" and env.changed(one, "lines", "supplier", "currency")]
        bills.complete(env, changed, BillTax)
        bills.identify(env, records)

    @operation(
        label=_("Post"),
        permission="account.user",
        states=("draft",),
        primary=True,
        confirm=_("A posted bill has a number and can no longer be changed."),
    )
    @classmethod
    def post(cls, env: Env, records: Sequence[Self]) -> None:
        """Make bills binding: dates, ledger entry, number."""
        bill_posting.post(env, records)

    @operation(label=_("Reject"), permission="account.user", states=("draft",), danger=True, form=Rejection)
    @classmethod
    def reject(cls, env: Env, records: Sequence[Self], form: Rejection) -> None:
        """Refuse to pay bills, and say why; they never get a number."""
        bill_posting.reject(env, records, form.reason)

    @operation(label=_("Register payment"), permission="account.user", states=("posted",), primary=True, form=Paying)
    @classmethod
    def pay(cls, env: Env, records: Sequence[Self], form: Paying) -> None:
        """Book that bills were paid from the bank, or that a credit note was paid back to us."""
        bill_paying.pay(env, records, form)

    @operation(label=_("Credit note"), permission="account.user", states=("posted",))
    @classmethod
    def credit(cls, env: Env, records: Sequence[Self]) -> list["Bill"]:
        """Draft the credit notes that take back all that suppliers billed, and return them."""
        return bill_posting.credit(env, records)

    @operation(label=_("Cancel draft"), permission="account.user", states=("draft",), danger=True)
    @classmethod
    def cancel(cls, env: Env, records: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Cancel drafts; they never get a number."""
        for bill in records:
            bill.state = "cancelled"
