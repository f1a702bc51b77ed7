"""What must add up: BR-CO-10 to BR-CO-17. Sums are exact; a value that is no number makes a rule silent."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..amounts import HUNDRED, ONE, ZERO, round_official, round_whole
from ..xml import Node
from .base import Report, checks
from .facts import Totals, binary_same, total
from .view import View


@dataclass(frozen=True, slots=True)
class _Adjustments:
    """What the allowances or the charges of a document add up to."""

    rule: str
    term: str
    what: str
    parts: list[Node | None]
    amount: Decimal | None

    @classmethod
    def of(cls, view: View, *, is_charge: bool) -> "_Adjustments":
        parts = [part.amount for part in view.facts.adjustments if part.is_charge is is_charge]
        names = ("BR-CO-12", "BT-108", "charges") if is_charge else ("BR-CO-11", "BT-107", "allowances")
        return cls(*names, parts, added(view, parts))


@checks("BR-CO-10", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-16")
def document_totals(view: View, report: Report) -> None:
    """The totals follow from the lines, the allowances and the charges."""
    if not view.facts.totals:
        return
    lines = added(view, [line.net for line in view.facts.lines])
    allowances, charges = _Adjustments.of(view, is_charge=False), _Adjustments.of(view, is_charge=True)
    for totals in view.facts.totals:
        _line_total(lines, report, totals)
        _adjustment_total(view, report, totals, allowances, totals.allowances)
        _adjustment_total(view, report, totals, charges, totals.charges)
        _net_total(view, report, totals)
        _payable(view, report, totals)


def added(view: View, amounts: list[Node | None]) -> Decimal | None:
    """The sum of what is there as the syntax counts it; None when something there is no number."""
    exact = total(amounts)
    if exact is None or not view.slots.arithmetic.binary:
        return exact
    values = [amount.number for amount in amounts if amount is not None]
    numbers = [float(value) for value in values if value is not None]
    if not numbers:
        return ZERO
    binary = numbers[0]  # so that minus zero alone stays what it is
    for value in numbers[1:]:
        binary += value
    return Decimal(binary)


def _line_total(lines: Decimal | None, report: Report, totals: Totals) -> None:
    rule, term, given = "BR-CO-10", "BT-106", totals.lines
    if given is None:
        report.fatal(rule, term, totals.node, "The sum of the line amounts is missing; the lines add up to {0}.", lines)
    elif _differ(given, lines):
        report.fatal(
            rule, term, given, "The sum of the line amounts is {0}, but the lines add up to {1}.", given, lines
        )


def _adjustment_total(view: View, report: Report, totals: Totals, found: _Adjustments, given: Node | None) -> None:
    rule, term, what, parts, amount = found.rule, found.term, found.what, found.parts, found.amount
    if given is None and parts:
        report.fatal(rule, term, totals.node, "The sum of the {0} is missing; they add up to {1}.", what, amount)
    elif given is not None and _differ(given, amount, binary=view.slots.arithmetic.binary, summed=any(parts)):
        report.fatal(rule, term, given, "The sum of the {0} is {1}, but they add up to {2}.", what, given, amount)


def _differ(given: Node, amount: Decimal | None, *, binary: bool = False, summed: bool = True) -> bool:
    if amount is None or given.number is None:
        return False
    return not binary_same(given, amount, summed=summed) if binary else given.number != round_official(amount)


def _net_total(view: View, report: Report, totals: Totals) -> None:
    rule, term, net = "BR-CO-13", "BT-109", totals.net
    if totals.lines is None or net is None:
        report.fatal(rule, term, totals.node, "The total without VAT or the sum of the lines is missing.")
        return
    numbers = numbers_of(net, totals.lines, totals.allowances, totals.charges)
    if numbers is None:
        return
    given, lines, allowances, charges = numbers
    expected = lines - allowances + charges
    adjusted = totals.allowances is not None or totals.charges is not None
    if adjusted or view.slots.arithmetic.rounds_net:
        expected = round_official(expected)
    if given != expected:
        message = "The total without VAT is {0}; lines less allowances plus charges give {1}."
        report.fatal(rule, term, net, message, net, expected)


def _payable(view: View, report: Report, totals: Totals) -> None:
    rule, term, payable = "BR-CO-16", "BT-115", totals.payable
    if totals.gross is None or payable is None:
        report.fatal(rule, term, totals.node, "The amount to pay or the total with VAT is missing.")
        return
    numbers = numbers_of(payable, totals.gross, totals.prepaid, totals.rounding)
    if numbers is None:
        return
    given, gross, prepaid, rounding = numbers
    left, right = given - rounding, gross - prepaid
    if view.slots.arithmetic.rounds_payable:
        left = given if totals.rounding is None else round_official(left)
        right = gross if totals.prepaid is None else round_official(right)
    if left != right:
        message = "The amount to pay is {0}; the total with VAT {1}, less {2} paid, plus {3} rounding, gives another."
        report.fatal(rule, term, payable, message, payable, totals.gross, prepaid, rounding)


def numbers_of(*nodes: Node | None) -> list[Decimal] | None:
    """The numbers of elements, zero for a missing one; None when one is no number."""
    numbers = [ZERO if node is None else node.number for node in nodes]
    known = [value for value in numbers if value is not None]
    return known if len(known) == len(numbers) else None


@checks("BR-CO-14")
def vat_total(view: View, report: Report) -> None:
    """The total VAT is the sum of its breakdown."""
    for tax_total in view.facts.tax_totals:
        if not tax_total.parts:
            continue
        amount = total([part.tax for part in tax_total.parts])
        given = tax_total.tax
        if given is None:
            report.fatal(
                "BR-CO-14", "BT-110", tax_total.node, "The total VAT is missing; its breakdown gives {0}.", amount
            )
        elif amount is not None and given.number is not None and given.number != round_official(amount):
            report.fatal(
                "BR-CO-14", "BT-110", given, "The total VAT is {0}, but its breakdown gives {1}.", given, amount
            )


@checks("BR-CO-15")
def gross_total(view: View, report: Report) -> None:
    """The total with VAT is the total without it plus the VAT, both in the invoice currency."""
    rule, term = "BR-CO-15", "BT-112"
    for currency in view.all("document.currency", view.root):
        totals = view.facts.totals[0] if view.facts.totals else None
        if view.slots.arithmetic.net_as_gross and totals is not None and _same(totals.gross, totals.net):
            continue
        taxes = [tax for tax in view.all("document.tax_amounts", view.root) if tax.get("currencyID") == currency.text]
        if len(taxes) != 1:
            message = "There must be one total VAT in {0}, but there are {1}."
            report.fatal(rule, "BT-110", currency, message, currency, len(taxes))
            continue
        if totals is None or totals.gross is None or totals.net is None:
            report.fatal(rule, term, currency, "The total with VAT or the total without VAT is missing.")
            continue
        numbers = numbers_of(totals.gross, totals.net, taxes[0])
        if numbers is not None and numbers[0] != round_official(numbers[1] + numbers[2]):
            message = "The total with VAT is {0}; {1} plus VAT {2} is another."
            report.fatal(rule, term, totals.gross, message, totals.gross, totals.net, taxes[0])


def _same(one: Node | None, other: Node | None) -> bool:
    """Whether two amounts are there and equal."""
    return one is not None and other is not None and one.number is not None and one.number == other.number


@checks("BR-CO-17")
def breakdown_tax(view: View, report: Report) -> None:
    """The tax of each part of the breakdown is its taxable amount times its rate, to less than one currency unit."""
    rule, term = "BR-CO-17", "BT-117"
    for part in (*view.facts.parts, *view.facts.other_parts):
        rate = next((found.percent for found in part.categories if found.is_vat and found.percent is not None), None)
        tax = part.tax
        small = rate is not None and rate.number is not None and round_whole(rate.number) == ZERO
        if tax is None or (rate is not None and part.taxable is None and not small):
            report.fatal(rule, term, part.node, "The VAT breakdown lacks its taxable amount or its tax amount.")
            continue
        numbers = numbers_of(tax, part.taxable, rate)
        if numbers is not None and not tax_fits(numbers[0], numbers[1], numbers[2], whole=True):
            report.fatal(
                rule, term, tax, "The tax is {0}, but {1} at {2} % gives another.", tax, numbers[1], numbers[2]
            )


def tax_fits(tax: Decimal, basis: Decimal, rate: Decimal, *, whole: bool = False) -> bool:
    """Whether a tax is the basis times the rate to less than one unit. With `whole`, a rate near zero allows none."""
    if whole and round_whole(rate) == ZERO:
        return round_whole(tax) == ZERO
    expected = round_official(abs(basis) * rate / HUNDRED)
    return abs(abs(tax) - expected) < ONE


SUMS: Final[tuple[Callable[[View, Report], None], ...]] = (document_totals, vat_total, gross_total, breakdown_tax)
