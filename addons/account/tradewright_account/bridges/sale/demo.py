"""The demonstration's invoices: what was delivered is invoiced, most of it paid, some of it overdue."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import select
from tradewright_base.models.partner import Partner

from ...models.chart import PaymentTerm
from ...models.invoice import Invoice
from ...models.payment import Payment
from .extends.order import InvoicedOrder

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ...extends.partner import DebtorPartner

LIMITS = (25_000, 40_000, 15_000, 60_000)


def write(env: Env, today: date) -> None:
    """Give customers terms and limits, invoice what was delivered, and let most of it be paid."""
    _terms(env)
    order = env[InvoicedOrder]
    orders = env.all(select(order).where(order.state.in_(("confirmed", "done"))).order_by(order.order_date, order.id))
    invoices: list[Invoice] = []
    for one in orders:
        if one.invoice_state == "to_invoice" and (today - one.order_date).days > 3:
            day = one.order_date + timedelta(days=3)
            with env.at(datetime.combine(day, time(16, 0), tzinfo=UTC)):
                drafts = env[InvoicedOrder].invoice(env, [one])
                env[Invoice].post(env, drafts)
                invoices += drafts
    env.take_numbers()
    _pay(env, invoices, today)
    _one_over_limit(env, invoices)


def _terms(env: Env) -> None:
    terms = env.all(select(env[PaymentTerm]).where(env[PaymentTerm].days > 0).order_by(env[PaymentTerm].days))
    partner = env[Partner]
    customers = env.scalars(
        select(partner).where(partner.is_customer.is_(True), partner.parent_id.is_(None)).order_by(partner.id)
    )
    for place, customer in enumerate(cast("list[DebtorPartner]", customers)):
        customer.payment_term = terms[place % len(terms)] if place else terms[1 % len(terms)]
        customer.credit_limit = Decimal(LIMITS[place % len(LIMITS)])


def _pay(env: Env, invoices: list[Invoice], today: date) -> None:
    """Customers pay a little before or after the due date; every sixth invoice is forgotten, one is paid in part."""
    for place, invoice in enumerate(invoices):
        due = cast("date", invoice.due_date)
        paid_on = due + timedelta(days=(place * 5) % 9 - 4)
        if paid_on >= today or place % 6 == 4:
            continue
        amount = invoice.total if place % 9 != 7 else invoice.currency.round(invoice.total / 2)
        with env.at(datetime.combine(paid_on, time(9, 0), tzinfo=UTC)):
            payment = env.add(
                env[Payment](
                    partner=invoice.customer, currency=invoice.currency, amount=amount, reference=invoice.number
                )
            )
            env.flush()
            env[Payment].post(env, [payment])


def _one_over_limit(env: Env, invoices: list[Invoice]) -> None:
    """Let one customer with open invoices be over its limit."""
    for invoice in reversed(invoices):
        customer = cast("DebtorPartner", invoice.customer)
        env.refresh(customer)
        if invoice.residual > 0 and customer.name and not customer.users:
            customer.credit_limit = env.company.currency.round(invoice.residual / 2)
            return
