"""Customer invoices and credit notes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Self

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
)
from tradewright_base.models.address import Address
from tradewright_base.models.company import Company
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner

from ..services import crediting, posting, totals
from .allocation import Allocation
from .chart import PaymentTerm
from .entry import Entry
from .invoice_line import InvoiceLine
from .invoice_tax import InvoiceTax


class Invoice(
    Model,
    label=_("Invoice"),
    plural=_("Invoices"),
    title="number",
    order_by="-id",
    search=("number", "reference"),
    public=True,
    versioned=True,
    audit="all",
    company=True,
):
    """An invoice or credit note to a customer. Once posted it is a fact; a credit note corrects it."""

    kind: Mapped[str] = choice(
        [("invoice", _("Invoice")), ("credit_note", _("Credit note"))],
        label=_("Kind"),
        default="invoice",
        readonly=True,
        index=True,
    )
    number: Mapped[str | None] = text(label=_("Number"), readonly=True, unique=True, max_length=40)
    state: Mapped[str] = choice(
        [("draft", _("Draft")), ("posted", _("Posted")), ("cancelled", _("Cancelled"))],
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
    customer: Mapped[Partner] = many_to_one(label=_("Customer"))
    customer_id: Mapped[int]
    contact: Mapped[Partner | None] = many_to_one(label=_("Contact"))
    contact_id: Mapped[int | None]
    invoice_address: Mapped[Address | None] = many_to_one(label=_("Invoice address"))
    invoice_address_id: Mapped[int | None]
    delivery_address: Mapped[Address | None] = many_to_one(label=_("Delivery address"))
    delivery_address_id: Mapped[int | None]
    currency: Mapped[Currency] = many_to_one(label=_("Currency"))
    currency_id: Mapped[int]
    currency_rate: Mapped[Decimal] = field(
        label=_("Exchange rate"), default=1, scale=6, help=_("Company currency for one unit of the invoice's currency.")
    )
    invoice_date: Mapped[date | None] = field(label=_("Invoice date"), index=True)
    delivery_date: Mapped[date | None] = field(label=_("Delivery date"))
    due_date: Mapped[date | None] = field(label=_("Due"), index=True)
    payment_term: Mapped[PaymentTerm | None] = many_to_one(label=_("Payment term"))
    payment_term_id: Mapped[int | None]
    reference: Mapped[str | None] = text(label=_("Customer's order number"), max_length=80)
    buyer_reference: Mapped[str | None] = text(label=_("Buyer reference"), max_length=80)
    order_number: Mapped[str | None] = text(label=_("Our order number"), max_length=80)
    note: Mapped[str | None] = text(label=_("Note"), multiline=True, max_length=4_000)
    lines: Mapped[list[InvoiceLine]] = one_to_many(inverse="invoice", owned=True, order_by="position", label=_("Lines"))
    taxes: Mapped[list[InvoiceTax]] = one_to_many(inverse="invoice", owned=True, order_by="id", label=_("Taxes"))
    untaxed: Mapped[Decimal] = money(label=_("Net total"), default=0, readonly=True)
    tax_total: Mapped[Decimal] = money(label=_("Tax"), default=0, readonly=True)
    total: Mapped[Decimal] = money(label=_("Total"), default=0, readonly=True)
    residual: Mapped[Decimal] = money(label=_("Open amount"), default=0, readonly=True)
    open_balance: Mapped[Decimal] = expression(
        lambda cls: case((cls.kind == "credit_note", literal(0) - cls.residual), else_=cls.residual),
        label=_("Open balance"),
        help=_("What is open; credit notes count negative."),
    )
    entry: Mapped[Entry | None] = many_to_one(label=_("Journal entry"), readonly=True, copy=False)
    entry_id: Mapped[int | None]
    credited_invoice: Mapped["Invoice | None"] = many_to_one(label=_("Credit note for"), readonly=True, copy=False)
    credited_invoice_id: Mapped[int | None]
    allocations: Mapped[list[Allocation]] = one_to_many(inverse="invoice", label=_("Payments"))

    _by_customer = index("customer", "state", "payment_state")
    _residual = check(
        lambda cls: (cls.residual >= 0) & (cls.residual <= cls.total),
        message=_("More would be paid than is open. Reload the page."),
    )
    _rate = check(lambda cls: cls.currency_rate > 0, message=_("An exchange rate is greater than 0."))
    _kept = frozen(when={"state": ("posted",)}, free=("residual", "payment_state"), once=("number", "entry"))

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Complete drafts and keep their totals in step with their lines."""
        super().before_save(env, records)
        totals.complete(env, [one for one in records if one.state == "draft" and env.changed(one, "lines", "customer")])

    @operation(
        label=_("Post"),
        permission="account.user",
        states=("draft",),
        primary=True,
        confirm=_("A posted invoice has a number and can no longer be changed."),
    )
    @classmethod
    def post(cls, env: Env, invoices: Sequence[Self]) -> None:
        """Make invoices binding: dates, ledger entry, number."""
        posting.post(env, invoices)

    @operation(label=_("Credit note"), permission="account.user", states=("posted",))
    @classmethod
    def credit(cls, env: Env, invoices: Sequence[Self]) -> list["Invoice"]:
        """Make draft credit notes for all that was invoiced, and return them."""
        return crediting.credit(env, invoices)

    @operation(label=_("Cancel draft"), permission="account.user", states=("draft",), danger=True)
    @classmethod
    def cancel(cls, env: Env, invoices: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Cancel drafts; they never get a number."""
        for invoice in invoices:
            invoice.state = "cancelled"
