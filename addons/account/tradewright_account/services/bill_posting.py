"""Posting supplier bills: dates, one balanced ledger entry each, the number last. And rejecting and crediting them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from .. import errors
from ..hooks import bills_posted, bills_rejected
from . import bill_paying, booking, crediting
from .ledger import chart, check_rate
from .periods import check_open

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env

    from ..extends.partner import DebtorPartner
    from ..models.bill import Bill
    from ..models.chart import PaymentTerm
    from ..models.entry import Entry
    from .ledger import Chart

CARRIED = ("supplier", "currency", "currency_rate", "order_reference", "payment_term")


def post(env: Env, bills: Sequence[Bill]) -> None:
    """Post bills and credit notes of suppliers; a constant number of statements."""
    notes = [bill for bill in bills if bill.kind == "vendor_credit"]
    crediting.check(env, notes, "credited_bill")
    accounts = chart(env)
    # All is read before anything is set: a change would be written ahead of the next read.
    rules = [(bill, _term(env, bill)) for bill in bills]
    entries = [_entry(env, bill, term, accounts) for bill, term in rules]
    for (bill, term), entry in zip(rules, entries, strict=True):
        bill.payment_term, bill.due_date, bill.booked_on = term, _due(bill, term), entry.booked_on
        bill.entry = entry
        bill.residual = max(bill.total, booking.ZERO)
        bill.payment_state = "open" if bill.residual else "paid"
        bill.state = "posted"
        env.number(f"account.{bill.kind}", bill)
    env.flush()
    bill_paying.settle(env, notes)
    env.hook(bills_posted)(env, bills)


def reject(env: Env, bills: Sequence[Bill], reason: str) -> None:
    """Refuse to pay drafts, with the reason that their suppliers are told."""
    for bill in bills:
        bill.reason, bill.state = reason, "rejected"
    env.flush()
    env.hook(bills_rejected)(env, bills)


def credit(env: Env, bills: Sequence[Bill]) -> list[Bill]:
    """Return new draft credit notes that take back bills whole; a draft may be cut down before posting."""
    notes = []
    for bill in bills:
        if bill.kind != "bill":
            raise errors.credit_of_credit(bill.display_name())
        note = type(bill)(
            kind="vendor_credit",
            credited_bill=bill,
            company_id=bill.company_id,
            **{name: getattr(bill, name) for name in CARRIED},
        )
        note.lines = [line.copied(env) for line in bill.lines]
        notes.append(env.add(note))
    env.flush()
    return notes


def _term(env: Env, bill: Bill) -> PaymentTerm | None:
    """Refuse what can't be posted; return when the bill is due."""
    if not bill.lines:
        raise errors.empty_invoice()
    if not bill.supplier_number or bill.bill_date is None:
        raise errors.bill_without_number(bill.display_name())
    if bill.total < 0:
        raise errors.negative_bill(bill.display_name())
    check_open(env, bill.booked_on or bill.bill_date)
    check_rate(env, bill)
    return bill.payment_term or cast("DebtorPartner", bill.supplier).payment_term


def _due(bill: Bill, term: PaymentTerm | None) -> date:
    return bill.due_date or cast("date", bill.bill_date) + timedelta(days=term.days if term else 0)


def _entry(env: Env, bill: Bill, term: PaymentTerm | None, accounts: Chart) -> Entry:
    return booking.entry(
        env,
        booking.PURCHASE,
        accounts,
        booking.Booking(
            partner_id=bill.supplier_id,
            booked_on=bill.booked_on or cast("date", bill.bill_date),
            due_date=_due(bill, term),
            reference=bill.supplier_number,
            company_id=bill.company_id,
            rate=bill.currency_rate,
            sign=1 if bill.kind == "bill" else -1,
            lines=[(line.account_id, line.tax, line.subtotal) for line in bill.lines],
            taxes=[(row.tax, row.amount) for row in bill.taxes],
        ),
    )
