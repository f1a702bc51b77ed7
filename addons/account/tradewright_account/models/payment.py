"""Payments of customers, and what they pay."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    check,
    choice,
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
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner

from ..services import paying
from .allocation import Allocation
from .entry import Entry


class Payment(
    Model,
    label=_("Payment"),
    plural=_("Payments"),
    title="number",
    order_by="-id",
    search=("number", "reference"),
    public=True,
    versioned=True,
    audit="all",
    company=True,
):
    """Money received from a customer."""

    number: Mapped[str | None] = text(label=_("Number"), readonly=True, unique=True, max_length=40)
    state: Mapped[str] = choice(
        [("draft", _("Draft")), ("posted", _("Posted")), ("cancelled", _("Cancelled"))],
        label=_("State"),
        default="draft",
        readonly=True,
        index=True,
        copy=False,
    )
    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    partner: Mapped[Partner] = many_to_one(label=_("Customer"))
    partner_id: Mapped[int]
    currency: Mapped[Currency] = many_to_one(label=_("Currency"), default=lambda env: env.company.currency)
    currency_id: Mapped[int]
    currency_rate: Mapped[Decimal] = field(
        label=_("Exchange rate"), default=1, scale=6, help=_("Company currency for one unit of the payment's currency.")
    )
    amount: Mapped[Decimal] = money(label=_("Amount"))
    unallocated: Mapped[Decimal] = money(label=_("Not allocated"), default=0, readonly=True)
    paid_on: Mapped[date] = field(label=_("Date"), default=lambda env: env.today)
    method: Mapped[str] = choice(
        [("transfer", _("Bank transfer")), ("card", _("Card")), ("cash", _("Cash"))],
        label=_("Method"),
        default="transfer",
    )
    reference: Mapped[str | None] = text(label=_("Reference"), max_length=140)
    entry: Mapped[Entry | None] = many_to_one(label=_("Journal entry"), readonly=True, copy=False)
    entry_id: Mapped[int | None]
    allocations: Mapped[list[Allocation]] = one_to_many(inverse="payment", label=_("Pays"))

    _positive = check(lambda cls: cls.amount > 0, message=_("A payment is greater than 0."))
    _left = check(
        lambda cls: (cls.unallocated >= 0) & (cls.unallocated <= cls.amount),
        message=_("More would be allocated than was paid. Reload the page."),
    )
    _rate = check(lambda cls: cls.currency_rate > 0, message=_("An exchange rate is greater than 0."))
    _by_partner = index("partner", "state")
    _kept = frozen(when={"state": ("posted",)}, free=("unallocated",), once=("number", "entry"))

    @operation(label=_("Post"), permission="account.user", states=("draft",), primary=True)
    @classmethod
    def post(cls, env: Env, payments: Sequence[Self]) -> None:
        """Book payments; they pay the customer's oldest open invoices first."""
        paying.post(env, payments)

    @operation(label=_("Allocate"), permission="account.user", states=("posted",))
    @classmethod
    def allocate(cls, env: Env, payments: Sequence[Self]) -> None:
        """Let what is left of payments pay the customers' oldest open invoices."""
        paying.allocate(env, payments)
