"""Statements of account, open items and their ages: the same queries for the back office and the portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import func, select

from ..models.chart import Account
from ..models.entry import Entry, EntryLine
from ..models.invoice import Invoice
from ..models.payment import Payment

if TYPE_CHECKING:
    from tradewright.orm import Env

NOTHING = Decimal(0)
BUCKETS = ("not_due", "1_30", "31_60", "61_90", "over_90")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement of a customer's account with the balance after it, in the company's currency."""

    day: date
    kind: str
    number: str
    uid: str | None
    reference: str | None
    due_date: date | None
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What happened on a customer's account between two days, both included."""

    start: date
    end: date
    opening: Decimal
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> Decimal:
        """The balance at the end."""
        return self.lines[-1].balance if self.lines else self.opening


def statement(env: Env, partner_id: int, start: date, end: date) -> Statement:
    """Return the statement of a customer's account from the ledger; four statements."""
    entry, line, account = env[Entry], env[EntryLine], env[Account]
    mine = (line.partner_id == partner_id, account.purpose == "receivable")
    opening = env.scalar(
        select(func.sum(line.debit) - func.sum(line.credit))
        .join(line.entry)
        .join(line.account)
        .where(*mine, entry.booked_on < start)
    )
    rows = env.execute(
        select(entry.id, entry.booked_on, entry.reference, entry.number, line.due_date, line.debit, line.credit)
        .join(line.entry)
        .join(line.account)
        .where(*mine, entry.booked_on >= start, entry.booked_on <= end)
        .order_by(entry.booked_on, entry.id)
    ).all()
    documents = _documents(env, [row[0] for row in rows])
    balance = opening or NOTHING
    lines = []
    for entry_id, day, reference, number, due, debit, credit in rows:
        balance += debit - credit
        kind, document, uid = documents.get(entry_id, ("entry", number or reference or "", None))
        lines.append(StatementLine(day, kind, document, uid, reference, due, debit, credit, balance))
    return Statement(start, end, opening or NOTHING, tuple(lines))


def _documents(env: Env, entry_ids: Sequence[int]) -> dict[int, tuple[str, str, str | None]]:
    """Return for each entry its document: kind, number and public id."""
    if not entry_ids:
        return {}
    invoice, payment = env[Invoice], env[Payment]
    found: dict[int, tuple[str, str, str | None]] = {}
    for entry_id, kind, number, uid in env.execute(
        select(invoice.entry_id, invoice.kind, invoice.number, invoice.uid).where(invoice.entry_id.in_(entry_ids))
    ):
        found[entry_id or 0] = (kind, number or "", uid)
    for entry_id, number in env.execute(
        select(payment.entry_id, payment.number).where(payment.entry_id.in_(entry_ids))
    ):
        found[entry_id or 0] = ("payment", number or "", None)
    return found


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice or credit note that is not settled; a credit note counts negative."""

    invoice_id: int
    uid: str
    kind: str
    number: str
    customer_id: int
    invoice_date: date
    due_date: date
    total: Decimal
    residual: Decimal
    currency: str

    def days_overdue(self, on: date) -> int:
        """Return for how many days the item is overdue (0: not due yet)."""
        return max((on - self.due_date).days, 0)

    def bucket(self, on: date) -> str:
        """Return the age group, one of `BUCKETS`."""
        days = self.days_overdue(on)
        return BUCKETS[0] if days == 0 else BUCKETS[min((days - 1) // 30 + 1, 4)]


def open_items(env: Env, partner_ids: Sequence[int] | None = None) -> list[OpenItem]:
    """Return the open items of some customers (None: all), the oldest due first; one statement."""
    from tradewright_base.models.currency import Currency

    invoice, currency = env[Invoice], env[Currency]
    query = (
        select(invoice, currency.code)
        .join(currency, currency.id == invoice.currency_id)
        .where(invoice.state == "posted", invoice.residual > 0)
        .order_by(invoice.due_date, invoice.id)
    )
    if partner_ids is not None:
        query = query.where(invoice.customer_id.in_(partner_ids))
    items = []
    for one, code in env.execute(query):
        sign = 1 if one.kind == "invoice" else -1
        day = cast("date", one.invoice_date)  # what is posted has its date
        items.append(
            OpenItem(
                one.id,
                one.uid,
                one.kind,
                one.number or "",
                one.customer_id,
                day,
                one.due_date or day,
                one.total * sign,
                one.residual * sign,
                code,
            )
        )
    return items


def aged_items(env: Env, on: date, partner_ids: Sequence[int] | None = None) -> dict[int, dict[str, Decimal]]:
    """Return for each customer what is open by age group; one statement."""
    aged: dict[int, dict[str, Decimal]] = {}
    for item in open_items(env, partner_ids):
        row = aged.setdefault(item.customer_id, dict.fromkeys(BUCKETS, NOTHING))
        row[item.bucket(on)] += item.residual
    return aged


__all__ = ["BUCKETS", "OpenItem", "Statement", "StatementLine", "aged_items", "open_items", "statement"]
