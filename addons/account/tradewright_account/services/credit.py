"""Credit: what customers owe and may owe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import func, select
from tradewright_base.models.partner import Partner

from ..hooks import balance_over_limit
from ..models.chart import Account
from ..models.entry import EntryLine

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..extends.partner import DebtorPartner

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
    return {row[0]: row[1] for row in rows}


def over_limit(env: Env, partner_ids: Iterable[int]) -> set[int]:
    """Return the customers among these whose open amount is over their credit limit; none with a limit costs one statement."""
    partner = cast("type[DebtorPartner]", env[Partner])
    limits = dict(
        env.execute(
            select(partner.id, partner.credit_limit).where(
                partner.id.in_(set(partner_ids)), partner.credit_limit.is_not(None)
            )
        )
        .tuples()
        .all()
    )
    if not limits:
        return set()
    owed = open_amounts(env, limits)
    return {partner_id for partner_id, limit in limits.items() if owed.get(partner_id, NOTHING) > limit}


def tell_crossings(env: Env, partner_ids: Iterable[int], over_before: set[int]) -> None:
    """Call `balance_over_limit` for customers that are over their limit now and were not before."""
    wanted = set(partner_ids) - over_before
    crossed = over_limit(env, wanted) if wanted else set()
    if crossed:
        partner = env[Partner]
        env.hook(balance_over_limit)(env, env.all(select(partner).where(partner.id.in_(crossed)).order_by(partner.id)))
