"""Entries of the general ledger: what is checked before one is booked, and how one is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import select

from .. import errors
from .periods import check_open

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.entry import Entry


def check(env: Env, entries: Sequence[Entry]) -> None:
    """Check new entries; those of a general journal get a number of their own when the unit of work commits.

    Entries of documents may be of 0: an invoice with a discount of 100 % is one.
    """
    for entry in entries:
        debit = sum((line.debit for line in entry.lines), Decimal(0))
        credit = sum((line.credit for line in entry.lines), Decimal(0))
        by_hand = entry.journal.kind == "general"
        if debit != credit or (by_hand and not debit):
            code = env.company.currency.code
            raise errors.unbalanced(env.format.money(debit, code), env.format.money(credit, code))
        check_open(env, entry.booked_on)
        if by_hand and entry.number is None:
            env.number("account.entry", entry)


def reverse(env: Env, entries: Sequence[Entry]) -> list[Entry]:
    """Return new entries of today that take locked ones back; a constant number of statements."""
    if not entries:
        return []
    _refuse(env, entries)
    reversals = []
    for entry in entries:
        mirrored = [
            type(line)(
                account_id=line.account_id,
                partner_id=line.partner_id,
                tax_id=line.tax_id,
                due_date=line.due_date,
                debit=line.credit,
                credit=line.debit,
            )
            for line in entry.lines
        ]
        reversal = type(entry)(
            booked_on=env.today,
            journal=entry.journal,
            reference=entry.number or entry.reference,
            reverses=entry,
            company_id=entry.company_id,
            lines=mirrored,
        )
        reversals.append(env.add(reversal))
    env.flush()
    return reversals


def _refuse(env: Env, entries: Sequence[Entry]) -> None:
    """Refuse entries of documents, which would no longer agree with the ledger, and those that are reversed already."""
    for entry in entries:
        if entry.invoices or entry.payments or entry.bills or entry.bill_settlements:
            raise errors.belongs_to_document(entry.display_name())
    model = env[type(entries[0])]
    by_id = {entry.id: entry for entry in entries}
    for found in env.scalars(select(model.reverses_id).where(model.reverses_id.in_(by_id)).limit(1)):
        raise errors.reversed_already(by_id[found or 0].display_name())
