"""Tax of a document and the taxes that apply to a customer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.numbers import round_half_up
from tradewright.orm import select

from ..models.tax import Tax, TaxMapping, TaxPosition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tradewright.orm import Env

    from ..extends.partner import PricedPartner


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """One row of a tax breakdown: net base and tax amount, both rounded to the currency of the document."""

    tax: Tax
    base: Decimal
    amount: Decimal


def tax_breakdown(lines: Iterable[tuple[Decimal, Tax]], digits: int) -> list[TaxAmount]:
    """The tax of a document by the rule of EN 16931: once per category and rate, on the sum of the nets.

    `lines` are rounded net amounts (negative ones reduce the base) with their tax, `digits` those of the currency. The
    base of a group is the exact sum of its nets, its amount `base * rate / 100` rounded half up, so tax is never the
    sum of rounded line taxes. Groups come by category, then highest rate first; each carries its first tax.
    """
    groups: dict[tuple[str, Decimal], tuple[Tax, Decimal]] = {}
    for net, tax in lines:
        key = (tax.category, tax.rate)
        first, base = groups.get(key, (tax, Decimal(0)))
        groups[key] = (first, base + net)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], -group[0][1]))
    return [TaxAmount(tax, base, round_half_up(base * tax.rate / 100, digits)) for _key, (tax, base) in ordered]


@dataclass(frozen=True, slots=True)
class TaxMap:
    """Which tax a customer is charged in place of a product's own."""

    targets: Mapping[int | None, int]

    def target(self, tax_id: int | None) -> int | None:
        """The number of the tax to charge for a product of tax `tax_id`; no tax stays no tax."""
        if tax_id is None:
            return None
        return self.targets.get(tax_id, self.targets.get(None, tax_id))


NO_MAP = TaxMap({})


def tax_map(env: Env, account: PricedPartner) -> TaxMap:
    """The taxes of a company account, by one statement at most.

    Its own tax position decides; without one, the first active position whose scope fits its country and VAT number.
    """
    scope = None if account.tax_position_id else _scope(env, account)
    if account.tax_position_id is None and scope is None:
        return NO_MAP
    position, mapping = env[TaxPosition], env[TaxMapping]
    wanted = select(position.id).where(position.id == account.tax_position_id)
    if account.tax_position_id is None:
        wanted = (
            select(position.id)
            .where(position.scope == scope, position.active.is_(True))
            .order_by(position.position, position.id)
            .limit(1)
        )
    rows = env.execute(
        select(mapping.source_id, mapping.target_id)
        .where(mapping.tax_position_id.in_(wanted))
        .order_by(mapping.id.desc())  # where "every other tax" is replaced twice, the older line stays
    )
    return TaxMap({row.source_id: row.target_id for row in rows})


def _scope(env: Env, account: PricedPartner) -> str | None:
    """Which tax positions fit an account; None for the home market, private customers of the Union, and no country."""
    home = env.company.country if env.company else None
    country = account.country
    if country is None or home is None or country.id == home.id:
        return None
    if not (home.eu and country.eu):
        return "export"
    return "eu_business" if account.vat else None
