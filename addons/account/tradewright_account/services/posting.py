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
from .ledger import chart, check_open
from .totals import breakdown

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.services.tax import TaxAmount

    from ..extends.partner import DebtorPartner
    from ..extends.tax import BookedTax
    from ..models.invoice import Invoice
    from .ledger import Chart


def post(env: Env, invoices: Sequence[Invoice]) -> None:
    """Post invoices and credit notes; a constant number of statements."""
    accounts = chart(env)
    over_before = credit.over_limit(env, {invoice.customer_id for invoice in invoices})
    for invoice in invoices:
        if not invoice.lines:
            raise errors.empty_invoice()
        _date(env, invoice)
        rows = breakdown(invoice)
        invoice.taxes = [env[InvoiceTax](tax=row.tax, base=row.base, amount=row.amount) for row in rows]
        invoice.entry = _entry(env, invoice, rows, accounts)
        invoice.residual = invoice.total
        invoice.payment_state = "open" if invoice.total else "paid"
        invoice.state = "posted"
        env.number(f"account.{invoice.kind}", invoice)
    env.flush()
    crediting.settle(env, [invoice for invoice in invoices if invoice.kind == "credit_note"])
    credit.tell_crossings(env, {invoice.customer_id for invoice in invoices}, over_before)
    env.hook(invoices_posted)(env, invoices)


def _date(env: Env, invoice: Invoice) -> None:
    invoice.invoice_date = invoice.invoice_date or env.today
    check_open(env, invoice.invoice_date)
    if invoice.payment_term is None:
        invoice.payment_term = cast("DebtorPartner", invoice.customer).payment_term
    days = invoice.payment_term.days if invoice.payment_term else 0
    invoice.due_date = invoice.due_date or invoice.invoice_date + timedelta(days=days)
    company_currency = env.company.currency_id
    if invoice.currency_id != company_currency and invoice.currency_rate == 1:
        raise errors.foreign_currency(invoice.display_name())


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
        (account_id, tax_id, round_half_up(amount * invoice.currency_rate, 2))
        for (account_id, tax_id), amount in revenue.items()
    ]
    for row in rows:
        if row.amount:
            tax = cast("BookedTax", row.tax)
            account_id = tax.tax_account_id or accounts.account("output_tax")
            parts.append((account_id, tax.id, round_half_up(row.amount * invoice.currency_rate, 2)))
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
        journal_id=accounts.journals["sale"],
        reference=invoice.order_number or invoice.reference,
        company_id=invoice.company_id,
        lines=lines,
    )


def _sides(amount: Decimal) -> dict[str, Decimal]:
    return {"debit": max(amount, Decimal(0)), "credit": max(-amount, Decimal(0))}
