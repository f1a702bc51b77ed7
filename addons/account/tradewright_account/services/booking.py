"""One balanced ledger entry for a document of sales or purchases: the partner's account against lines and tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.base.numbers import round_half_up

from ..models.entry import Entry, EntryLine

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env
    from tradewright_product.models.tax import Tax

    from ..extends.tax import BookedTax
    from .ledger import Chart

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Side:
    """How one side of the business is booked.

    `partner` is the purpose of the partners' account, `sign` 1 where an invoice debits it. Lines and taxes go to the
    accounts that their tax names in the fields `line_field` and `tax_field`, else to those of `line` and `tax`.
    """

    partner: str
    sign: int
    line_field: str
    line: str
    tax_field: str
    tax: str
    journal: str


SALE = Side("receivable", 1, "revenue_account_id", "revenue", "tax_account_id", "output_tax", "sale")
PURCHASE = Side("payable", -1, "expense_account_id", "expense", "input_account_id", "input_tax", "purchase")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What a document says for the ledger, in its own currency; `sign` is -1 for a credit note.

    A line is its own account or None, its tax, its net amount; a tax row is the tax and its amount.
    """

    partner_id: int
    booked_on: date
    due_date: date | None
    reference: str | None
    company_id: int
    rate: Decimal
    sign: int
    lines: Sequence[tuple[int | None, Tax, Decimal]]
    taxes: Sequence[tuple[Tax, Decimal]]


def entry(env: Env, side: Side, accounts: Chart, booking: Booking) -> Entry:
    """Return the ledger entry of a document.

    In a foreign currency the parts are rounded one by one and the partner's amount is their sum, so that it balances.
    """
    nets: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for own, line_tax, amount in booking.lines:
        account_id = own or getattr(line_tax, side.line_field) or accounts.account(side.line)
        nets[account_id, line_tax.id] += amount
    parts = [(*key, round_half_up(amount * booking.rate, accounts.digits)) for key, amount in nets.items()]
    for row_tax, amount in booking.taxes:
        if amount:
            tax = cast("BookedTax", row_tax)
            account_id = getattr(tax, side.tax_field) or accounts.account(side.tax)
            parts.append((account_id, tax.id, round_half_up(amount * booking.rate, accounts.digits)))
    sign = side.sign * booking.sign
    total = sum((amount for _account, _tax, amount in parts), ZERO)
    lines = [
        env[EntryLine](
            account_id=accounts.account(side.partner),
            partner_id=booking.partner_id,
            due_date=booking.due_date,
            **sides(total * sign),
        )
    ]
    lines += [
        env[EntryLine](account_id=account_id, tax_id=tax_id, partner_id=booking.partner_id, **sides(-amount * sign))
        for account_id, tax_id, amount in parts
        if amount
    ]
    return env[Entry](
        booked_on=booking.booked_on,
        journal=accounts.journals[side.journal],
        reference=booking.reference,
        company_id=booking.company_id,
        lines=lines,
    )


def sides(amount: Decimal) -> dict[str, Decimal]:
    """Return debit and credit of a line: a positive amount is a debit."""
    return {"debit": max(amount, ZERO), "credit": max(-amount, ZERO)}
