"""Posting invoices: dates, tax rows, one balanced ledger entry each, the number last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.base.numbers import round_half_up

from .. import errors
from ..hooks import invoices_posted
from ..models.entry import Entry, EntryLine
from ..models.invoice_tax import InvoiceTax
from . import credit, crediting
from .ledger import chart, check_rate
from .periods import check_open
from .totals import breakdown

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.services.tax import TaxAmount

    from ..extends.partner import DebtorPartner
    from ..extends.tax import BookedTax
    from ..models.chart import PaymentTerm
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
    """Return the ledger entry: receivable against revenue by account and tax by rate.

    In a foreign currency the parts are rounded one by one and the receivable is their sum, so that it balances.
    """
    sign = Decimal(1) if invoice.kind == "invoice" else Decimal(-1)
    revenue: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for line in invoice.lines:
        tax = cast("BookedTax", line.tax)
        revenue[tax.revenue_account_id or accounts.account("revenue"), tax.id] += line.subtotal
    parts = [
        (account_id, tax_id, round_half_up(amount * invoice.currency_rate, accounts.digits))
        for (account_id, tax_id), amount in revenue.items()
    ]
    for row in rows:
        if row.amount:
            tax = cast("BookedTax", row.tax)
            account_id = tax.tax_account_id or accounts.account("output_tax")
            parts.append((account_id, tax.id, round_half_up(row.amount * invoice.currency_rate, accounts.digits)))
    total = sum((amount for _account, _tax, amount in parts), Decimal(0))
    lines = [
        env[EntryLine](
            account_id=accounts.account("receivable"),
            partner_id=invoice.customer_id,
            due_date=invoice.due_date,
            **_sides(total * sign),
        )
    ]
    lines += [
        env[EntryLine](account_id=account_id, tax_id=tax_id, partner_id=invoice.customer_id, **_sides(-amount * sign))
        for account_id, tax_id, amount in parts
        if amount
    ]
    return env[Entry](
        booked_on=invoice.invoice_date,
        journal=accounts.journals["sale"],
        reference=invoice.order_number or invoice.reference,
        company_id=invoice.company_id,
        lines=lines,
    )


def _sides(amount: Decimal) -> dict[str, Decimal]:
    return {"debit": max(amount, Decimal(0)), "credit": max(-amount, Decimal(0))}
