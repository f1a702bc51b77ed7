"""Booking payments and letting them pay invoices, oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.numbers import round_half_up
from tradewright.orm import select

from ..hooks import payments_posted
from ..models.entry import Entry, EntryLine
from ..models.invoice import Invoice
from .allocating import settle_invoice
from .ledger import chart, check_rate
from .periods import check_open

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.payment import Payment


def post(env: Env, payments: Sequence[Payment]) -> None:
    """Book payments and allocate them."""
    accounts = chart(env)
    for payment in payments:
        check_open(env, payment.paid_on)
        check_rate(env, payment)
        amount = round_half_up(payment.amount * payment.currency_rate, accounts.digits)
        payment.entry = env[Entry](
            booked_on=payment.paid_on,
            journal=accounts.journals["bank"],
            reference=payment.reference,
            company_id=payment.company_id,
            lines=[
                env[EntryLine](account_id=accounts.account("bank"), partner_id=payment.partner_id, debit=amount),
                env[EntryLine](account_id=accounts.account("receivable"), partner_id=payment.partner_id, credit=amount),
            ],
        )
        payment.unallocated = payment.amount
        payment.state = "posted"
        env.number("account.payment", payment)
    env.flush()
    allocate(env, payments)
    env.hook(payments_posted)(env, payments)


def allocate(env: Env, payments: Sequence[Payment]) -> None:
    """Let what is left of payments pay their customers' open invoices of the same currency, the oldest due first."""
    invoice = env[Invoice]
    found = env.scalars(
        select(invoice.id).where(
            invoice.customer_id.in_({payment.partner_id for payment in payments}),
            invoice.state == "posted",
            invoice.kind == "invoice",
            invoice.residual > 0,
        )
    ).all()
    by_customer: dict[tuple[int, int], list[Invoice]] = defaultdict(list)
    for one in sorted(env.lock(Invoice, found), key=lambda one: (one.due_date or one.invoice_date, one.id)):
        by_customer[one.customer_id, one.currency_id].append(one)
    for payment in payments:
        for one in by_customer[payment.partner_id, payment.currency_id]:
            settle_invoice(env, one, min(payment.unallocated, one.residual), payment=payment)
            if payment.unallocated == Decimal(0):
                break
