"""Paying supplier bills: from the bank, or by a credit note of the supplier."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.numbers import round_half_up

from .. import errors
from ..hooks import bills_paid
from ..models.bill_settlement import BillSettlement
from ..models.entry import Entry, EntryLine
from .booking import sides
from .ledger import chart
from .periods import check_open

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.bill import Bill, Paying
    from .ledger import Chart


def pay(env: Env, bills: Sequence[Bill], form: Paying) -> None:
    """Book the payment of posted bills, at the rate of each bill; a credit note is paid back to us."""
    day = form.paid_on or env.today
    check_open(env, day)
    accounts = chart(env)
    amounts = [(bill, _amount(env, bill, form.amount)) for bill in bills]
    for bill, amount in amounts:
        env.add(
            env[BillSettlement](
                bill=bill,
                entry=_entry(env, bill, amount, form, accounts),
                amount=amount,
                settled_on=day,
                method=form.method,
                reference=form.reference or None,
            )
        )
        _reduce(bill, amount)
    env.flush()
    _tell(env, bills)


def settle(env: Env, notes: Sequence[Bill]) -> None:
    """Let posted credit notes settle the bills that they correct, as far as those are open; both are locked."""
    settled = []
    for note in notes:
        bill = note.credited_bill
        amount = min(note.residual, bill.residual) if bill is not None and bill.state == "posted" else Decimal(0)
        if bill is not None and amount > 0:
            env.add(env[BillSettlement](bill=bill, credit_note=note, amount=amount))
            _reduce(bill, amount)
            _reduce(note, amount)
            settled.append(bill)
    if settled:
        env.flush()
        _tell(env, settled)


def _amount(env: Env, bill: Bill, wanted: Decimal | None) -> Decimal:
    code, digits = bill.currency.code, bill.currency.digits
    if wanted is not None and (wanted > bill.residual or wanted != round_half_up(wanted, digits)):
        raise errors.paid_too_much(bill.display_name(), env.format.money(bill.residual, code))
    if bill.residual <= 0:
        raise errors.paid_already(bill.display_name())
    return bill.residual if wanted is None else wanted


def _entry(env: Env, bill: Bill, amount: Decimal, form: Paying, accounts: Chart) -> Entry:
    booked = round_half_up(amount * bill.currency_rate, accounts.digits)
    booked = booked if bill.kind == "bill" else -booked
    return env[Entry](
        booked_on=form.paid_on or env.today,
        journal=accounts.journals["bank"],
        reference=form.reference or bill.number,
        company_id=bill.company_id,
        lines=[
            env[EntryLine](account_id=accounts.account("payable"), partner_id=bill.supplier_id, **sides(booked)),
            env[EntryLine](account_id=accounts.account("bank"), partner_id=bill.supplier_id, **sides(-booked)),
        ],
    )


def _reduce(bill: Bill, amount: Decimal) -> None:
    bill.residual -= amount
    bill.payment_state = "paid" if bill.residual == 0 else "partial"


def _tell(env: Env, bills: Sequence[Bill]) -> None:
    paid = [bill for bill in bills if bill.payment_state == "paid"]
    if paid:
        env.hook(bills_paid)(env, paid)
