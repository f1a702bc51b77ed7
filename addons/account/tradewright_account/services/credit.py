"""Credit: what customers owe and may owe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradewright.orm import case, func, select
from tradewright_base.models.partner import Partner

from ..hooks import balance_over_limit
from ..models.invoice import Invoice

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
    """Return the open amount of each customer: invoices less credit notes and payments not allocated; two statements."""
    from ..models.payment import Payment

    wanted = set(partner_ids)
    invoice, payment = env[Invoice], env[Payment]
    signed = case((invoice.kind == "invoice", invoice.residual), else_=-invoice.residual)
    owed = dict(
        env.execute(
            select(invoice.customer_id, func.sum(signed))
            .where(invoice.customer_id.in_(wanted), invoice.state == "posted", invoice.residual > 0)
            .group_by(invoice.customer_id)
        )
        .tuples()
        .all()
    )
    prepaid = env.execute(
        select(payment.partner_id, func.sum(payment.unallocated))
        .where(payment.partner_id.in_(wanted), payment.state == "posted", payment.unallocated > 0)
        .group_by(payment.partner_id)
    )
    for partner_id, amount in prepaid:
        owed[partner_id] = owed.get(partner_id, NOTHING) - amount
    return owed


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
