"""Posting invoices: dates, tax rows, one balanced ledger entry each, the number last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from .. import errors
from ..hooks import invoices_posted
from ..models.invoice_tax import InvoiceTax
from . import booking, credit, crediting
from .ledger import chart, check_rate
from .periods import check_open
from .totals import breakdown

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_product.services.tax import TaxAmount

    from ..extends.partner import DebtorPartner
    from ..models.chart import PaymentTerm
    from ..models.entry import Entry
    from ..models.invoice import Invoice
    from .ledger import Chart


def post(env: Env, invoices: Sequence[Invoice]) -> None:
    """Post invoices and credit notes; a constant number of statements."""
    crediting.check(env, [invoice for invoice in invoices if invoice.kind == "credit_note"])
    accounts = chart(env)
    standing = credit.standing(env, {invoice.customer for invoice in invoices})
    # All is read before anything is set: a change would be written ahead of the next read.
    rules = [(invoice, breakdown(invoice), _term(env, invoice)) for invoice in invoices]
    for invoice, rows, term in rules:
        _date(env, invoice, term)
        env.add_all(env[InvoiceTax](invoice=invoice, tax=row.tax, base=row.base, amount=row.amount) for row in rows)
        invoice.entry = _entry(env, invoice, rows, accounts)
        invoice.residual = invoice.total
        invoice.payment_state = "open" if invoice.total else "paid"
        invoice.state = "posted"
        env.number(f"account.{invoice.kind}", invoice)
    env.flush()
    crediting.settle(env, [invoice for invoice in invoices if invoice.kind == "credit_note"])
    credit.tell_crossings(env, standing, invoices)
    env.hook(invoices_posted)(env, invoices)


def _term(env: Env, invoice: Invoice) -> PaymentTerm | None:
    """Refuse what can't be posted; return when the invoice is due."""
    if not invoice.lines:
        raise errors.empty_invoice()
    check_open(env, invoice.invoice_date or env.today)
    check_rate(env, invoice)
    return invoice.payment_term or cast("DebtorPartner", invoice.customer).payment_term


def _date(env: Env, invoice: Invoice, term: PaymentTerm | None) -> None:
    day = invoice.invoice_date or env.today
    invoice.invoice_date = day
    invoice.payment_term = term
    invoice.due_date = invoice.due_date or day + timedelta(days=term.days if term else 0)


def _entry(env: Env, invoice: Invoice, rows: Sequence[TaxAmount], accounts: Chart) -> Entry:
    return booking.entry(
        env,
        booking.SALE,
        accounts,
        booking.Booking(
            partner_id=invoice.customer_id,
            booked_on=cast("date", invoice.invoice_date),
            due_date=invoice.due_date,
            reference=invoice.order_number or invoice.reference,
            company_id=invoice.company_id,
            rate=invoice.currency_rate,
            sign=1 if invoice.kind == "invoice" else -1,
            lines=[(None, line.tax, line.subtotal) for line in invoice.lines],
            taxes=[(row.tax, row.amount) for row in rows],
        ),
    )
