"""Credit: what customers owe and may owe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.base.numbers import round_half_up
from tradewright.orm import func, select
from tradewright_base.models.partner import Partner

from ..hooks import balance_over_limit
from ..models.chart import Account
from ..models.entry import EntryLine

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..extends.partner import DebtorPartner
    from ..models.invoice import Invoice

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer owes, in the company's currency: `invoiced` and open, `ordered` and not invoiced yet."""

    invoiced: Decimal = NOTHING
    ordered: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        """All that counts against the limit."""
        return self.invoiced + self.ordered


def open_amounts(env: Env, partner_ids: Iterable[int]) -> dict[int, Decimal]:
    """Return what each customer owes by the ledger: invoices less credit notes and payments; one statement."""
    line, account = env[EntryLine], env[Account]
    rows = env.execute(
        select(line.partner_id, func.sum(line.debit) - func.sum(line.credit))
        .join(line.account)
        .where(line.partner_id.in_(set(partner_ids)), account.purpose == "receivable")
        .group_by(line.partner_id)
    )
    return {partner_id: amount for partner_id, amount in rows if partner_id is not None}


def standing(env: Env, customers: Iterable[Partner]) -> dict[int, tuple[Decimal, Decimal]]:
    """Return limit and open amount of the customers that have a limit; no statement where none has."""
    debtors = cast("list[DebtorPartner]", list(customers))
    limits = {debtor.id: debtor.credit_limit for debtor in debtors if debtor.credit_limit is not None}
    owed = open_amounts(env, limits) if limits else {}
    return {partner_id: (limit, owed.get(partner_id, NOTHING)) for partner_id, limit in limits.items()}


def tell_crossings(env: Env, before: Mapping[int, tuple[Decimal, Decimal]], invoices: Sequence[Invoice]) -> None:
    """Call `balance_over_limit` for customers whom these invoices took over their limit."""
    added: dict[int, Decimal] = {}
    for invoice in invoices:
        amount = round_half_up(invoice.total * invoice.currency_rate, env.company.currency.digits)
        amount = amount if invoice.kind == "invoice" else -amount
        added[invoice.customer_id] = added.get(invoice.customer_id, NOTHING) + amount
    crossed = [one for one, (limit, owed) in before.items() if owed <= limit < owed + added.get(one, NOTHING)]
    if crossed:
        partner = env[Partner]
        env.hook(balance_over_limit)(env, env.all(select(partner).where(partner.id.in_(crossed)).order_by(partner.id)))
