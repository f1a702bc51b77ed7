"""Completes an invoice: line amounts, VAT breakdown and totals, by the calculation of EN 16931-1."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final

from .amounts import HUNDRED, ZERO, divide, round_amount
from .model import AllowanceCharge, Invoice, Line, Totals, VatBreakdown


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why no VAT is charged in a category."""

    reason: Annotated[str | None, "BT-120"] = None
    code: Annotated[str | None, "BT-121, VATEX"] = None


#: Used for a category when the caller names no exemption of its own.
EXEMPTIONS: Final[Mapping[str, Exemption]] = MappingProxyType(
    {
        "E": Exemption("Exempt from VAT"),
        "AE": Exemption("Reverse charge", "VATEX-EU-AE"),
        "K": Exemption("Intra-community supply", "VATEX-EU-IC"),
        "G": Exemption("Export outside the EU", "VATEX-EU-G"),
        "O": Exemption("Not subject to VAT", "VATEX-EU-O"),
    }
)


def line_net(line: Line) -> Decimal:
    """BT-131: quantity times price, less allowances, plus charges, rounded once."""
    base = line.price.base_quantity or Decimal(1)
    return round_amount(divide(line.quantity * line.price.net, base) - _sum(line.allowances) + _sum(line.charges))


def complete(invoice: Invoice, *, exemptions: Mapping[str, Exemption] = EXEMPTIONS) -> Invoice:
    """The invoice with net amounts of its lines, VAT breakdown and totals.

    Kept from the given totals: prepaid (BT-113), rounding (BT-114) and the VAT in the accounting currency (BT-111).
    """
    lines = tuple(replace(line, net=line_net(line)) for line in invoice.lines)
    breakdown = _breakdown(lines, invoice, exemptions)
    given = invoice.totals
    line_total = sum((line.net for line in lines), ZERO)
    allowances = _sum(invoice.allowances) if invoice.allowances else None
    charges = _sum(invoice.charges) if invoice.charges else None
    net = line_total - (allowances or ZERO) + (charges or ZERO)
    vat = sum((part.tax for part in breakdown), ZERO)
    gross = net + vat
    totals = Totals(
        lines=line_total,
        allowances=allowances,
        charges=charges,
        net=net,
        vat=vat,
        vat_accounting=given.vat_accounting,
        gross=gross,
        prepaid=given.prepaid,
        rounding=given.rounding,
        payable=gross - (given.prepaid or ZERO) + (given.rounding or ZERO),
    )
    return replace(invoice, lines=lines, vat_breakdown=breakdown, totals=totals)


def _breakdown(
    lines: Iterable[Line], invoice: Invoice, exemptions: Mapping[str, Exemption]
) -> tuple[VatBreakdown, ...]:
    """One part for each category and rate, in the order in which they appear.

    What is not subject to VAT (O) has no rate, except that between Germans every part must have one.
    """
    german = invoice.seller.address.country == invoice.buyer.address.country == "DE"
    outside = ZERO if german else None
    taxable: dict[tuple[str, Decimal | None], Decimal] = {}

    def add(category: str | None, rate: Decimal | None, amount: Decimal) -> None:
        key = (category or "", outside if category == "O" else rate or ZERO)
        taxable[key] = taxable.get(key, ZERO) + amount

    for line in lines:
        add(line.vat_category, line.vat_rate, line.net)
    for allowance in invoice.allowances:
        add(allowance.vat_category, allowance.vat_rate, -allowance.amount)
    for charge in invoice.charges:
        add(charge.vat_category, charge.vat_rate, charge.amount)
    nothing = Exemption()
    parts: list[VatBreakdown] = []
    for (category, rate), amount in taxable.items():
        why = exemptions.get(category) or EXEMPTIONS.get(category, nothing)
        tax = round_amount(divide(amount * (rate or ZERO), HUNDRED))
        parts.append(
            VatBreakdown(taxable=amount, tax=tax, category=category, rate=rate, reason=why.reason, reason_code=why.code)
        )
    return tuple(parts)


def _sum(parts: Iterable[AllowanceCharge]) -> Decimal:
    return sum((part.amount for part in parts), ZERO)
