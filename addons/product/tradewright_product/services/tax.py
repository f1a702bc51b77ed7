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


def tax_scope(country: str | None, home: str | None, *, eu: bool, home_eu: bool, vat: str | None) -> str | None:
    """Which tax positions fit a customer's country: `eu_business`, `export`, or None for the taxes of the products.

    None is for the home market, for private customers (no VAT number) elsewhere in the Union, and where one of the two
    countries is not known.
    """
    if country is None or home is None or country == home:
        return None
    if not (eu and home_eu):
        return "export"
    return "eu_business" if vat else None


def tax_map(env: Env, tax_position_id: int | None, scope: str | None) -> TaxMap:
    """The replacements of a tax position, or of the first active one of a scope; one statement at most."""
    if tax_position_id is None and scope is None:
        return NO_MAP
    position, mapping = env[TaxPosition], env[TaxMapping]
    wanted = select(position.id).where(position.id == tax_position_id)
    if tax_position_id is None:
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
