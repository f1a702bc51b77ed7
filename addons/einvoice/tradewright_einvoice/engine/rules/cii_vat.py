"""The VAT category families in CII. They have the ids of `vat.py`, but look at other places and tolerate other amounts.

Most of their counting is by the code alone, whatever the type of the tax; a code is compared as it stands. A tax with
several codes is judged for the first of them in the order of `_ORDER`.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from ..amounts import HUNDRED, ONE, ZERO, round_official, round_whole
from ..xml import Node
from .base import Check, Report, checks
from .cii_slots import LINE_SETTLEMENT, SETTLEMENT
from .facts import Adjustment, Category, Line, Part, minus_zero, number
from .vat_families import FAMILIES, RATE_TEXT, Family
from .view import View

_ORDER: Final = ("AE", "L", "M", "E", "G", "K", "O", "S", "Z")
#: Categories whose breakdown is judged whatever the type of the tax.
_ANY_TYPE: Final = frozenset("SZ")
#: Categories of which -01 only says that what is used is broken down; the others want just one breakdown.
_LOOSE: Final = frozenset("SLM")
#: Categories of which -08 and -09 never fire.
_UNCOUNTED: Final = frozenset("LM")
#: Categories whose taxable amount must be met exactly; the others to less than one unit.
_EXACT: Final = frozenset("SO")
CII_FAMILIES: Final = tuple(replace(rules, rate="positive") if rules.code == "L" else rules for rules in FAMILIES)


@dataclass(slots=True)
class _Sum:
    """What lines, charges and allowances of a category add up to; not known where one is no number."""

    lines: Decimal = ZERO
    charges: Decimal = ZERO
    allowances: Decimal = ZERO
    known: bool = True

    def total(self) -> Decimal | None:
        """Lines plus charges less allowances, each rounded."""
        if not self.known:
            return None
        return round_official(self.lines) + round_official(self.charges) - round_official(self.allowances)


@dataclass(slots=True)
class _Uses:
    """Where a document uses a category."""

    lines: list[Category] = field(default_factory=list)
    allowances: list[Category] = field(default_factory=list)
    charges: list[Category] = field(default_factory=list)
    parts: list[tuple[Part, Category]] = field(default_factory=list)
    #: How many taxes of lines, of the breakdown and of allowances and charges have the code.
    on_lines: int = 0
    broken_down: int = 0
    on_adjustments: int = 0


@dataclass(slots=True)
class _Book:
    """All of it, computed once for a document."""

    uses: dict[str, _Uses]
    sums: dict[tuple[str, Decimal | None], _Sum]


def _book(view: View) -> _Book:
    facts, tree = view.facts, view.tree
    uses: dict[str, _Uses] = {code: _Uses() for code in facts.used}
    for parent, count in ((LINE_SETTLEMENT, "on_lines"), (SETTLEMENT, "broken_down")):
        for owner in tree.named(parent):
            _count(owner.kids.get("ram:ApplicableTradeTax", []), count, uses)
    _count(tree.by_name.get("ram:CategoryTradeTax", []), "on_adjustments", uses)
    for line in facts.lines:
        for use in _judged(line.categories):
            uses[use.code].lines.append(use)
    for adjustment in (*facts.adjustments, *facts.line_adjustments):
        if adjustment.is_charge is not None:
            for use in _judged(adjustment.categories):
                found = uses[use.code]
                (found.charges if adjustment.is_charge else found.allowances).append(use)
    for part in facts.parts:
        for use in part.categories:
            uses[use.code].parts.append((part, use))
    return _Book(uses, _sums(facts.lines, facts.adjustments))


def _count(taxes: list[Node], what: str, uses: dict[str, _Uses]) -> None:
    for tax in taxes:
        codes = tax.kids.get("ram:CategoryCode", ())
        for code in {node.text for node in codes} if len(codes) > 1 else [node.text for node in codes]:
            found = uses[code]
            setattr(found, what, getattr(found, what) + 1)


def _judged(categories: list[Category]) -> list[Category]:
    """Of each tax that is VAT the code that rules look at."""
    if len(categories) == 1:
        return categories if categories[0].is_vat else []
    by_tax: dict[int, list[Category]] = {}
    for use in categories:
        if use.is_vat and use.code in _ORDER:
            by_tax.setdefault(id(use.node), []).append(use)
    return [min(group, key=lambda use: _ORDER.index(use.code)) for group in by_tax.values()]


def _sums(lines: list[Line], adjustments: list[Adjustment]) -> dict[tuple[str, Decimal | None], _Sum]:
    """By code, and by code and rate: what there is to be taxed."""
    sums: dict[tuple[str, Decimal | None], _Sum] = {}
    for line in lines:
        for found in _matching(sums, line.categories):
            if line.net is not None:
                value = line.net.number
                found.known = found.known and value is not None
                found.lines += value or ZERO
    for adjustment in adjustments:
        for found in _matching(sums, adjustment.categories):
            if adjustment.amount is not None and adjustment.is_charge is not None:
                value = adjustment.amount.number
                found.known = found.known and value is not None
                if adjustment.is_charge:
                    found.charges += value or ZERO
                else:
                    found.allowances += value or ZERO
    return sums


def _matching(sums: dict[tuple[str, Decimal | None], _Sum], categories: list[Category]) -> list[_Sum]:
    if len(categories) == 1:
        code, rate = categories[0].code, categories[0].rate
        keys = [(code, None), (code, rate)] if rate is not None else [(code, None)]
    else:
        rates = {None, *(use.rate for use in categories)}
        keys = [(code, rate) for code in {use.code for use in categories} for rate in rates]
    return [sums.setdefault(key, _Sum()) for key in keys]


def family(rules: Family) -> Check:
    """The check of one category."""

    @checks(*(f"{rules.id}{digits:02}" for digits in range(1, 11) if not _never(rules, digits)))
    def check(view: View, report: Report) -> None:
        if rules.code not in view.facts.used:
            return
        book = view.once(_book)
        uses = book.uses[rules.code]
        _breakdown_exists(rules, uses, view, report)
        identified = rules.identified(view.facts.ids)
        for digits, terms, group in (
            (2, ("BT-151", "BT-152"), uses.lines),
            (3, ("BT-95", "BT-96"), uses.allowances),
            (4, ("BT-102", "BT-103"), uses.charges),
        ):
            if group and not identified:
                message = "VAT category {0} ({1}) needs {2}."
                report.fatal(
                    f"{rules.id}{digits:02}", terms[0], group[0].node, message, rules.code, rules.title, rules.who
                )
            _rates(rules, f"{rules.id}{digits + 3:02}", terms[1], group, report)
        for part, use in uses.parts:
            if use.is_vat or rules.code in _ANY_TYPE:
                _part(rules, part, book, report)

    return check


def _never(rules: Family, digits: int) -> bool:
    return digits in {8, 9} and rules.code in _UNCOUNTED


def _breakdown_exists(rules: Family, uses: _Uses, view: View, report: Report) -> None:
    """-01: what is used is broken down."""
    rule, term, broken_down = f"{rules.id}01", "BG-23", uses.broken_down
    used = uses.on_lines + uses.on_adjustments
    place = uses.parts[0][1].node if uses.parts else view.root
    if rules.code in _LOOSE:
        missing = any(count and count + broken_down < 2 for count in (uses.on_lines, uses.on_adjustments))
    else:
        missing = bool(used) and not broken_down and rules.code != "O"
    if missing:
        message = "VAT category {0} ({1}) is used, but not broken down."
        report.fatal(rule, term, place, message, rules.code, rules.title)
    elif rules.code not in _LOOSE and broken_down > 1:
        message = "VAT category {0} ({1}) is broken down more than once."
        report.fatal(rule, term, place, message, rules.code, rules.title)
    elif rules.code not in _LOOSE and broken_down and not used:
        message = "VAT category {0} ({1}) is broken down, but not used."
        report.fatal(rule, term, place, message, rules.code, rules.title)


def _rates(rules: Family, rule: str, term: str, uses: list[Category], report: Report) -> None:
    """-05 to -07: the rate fits the category; of several, one of them."""
    for use in uses:
        given = use.node.kids.get("ram:RateApplicablePercent", ())
        fits = not given if rules.rate == "none" else any(_fits(rules.rate, percent) for percent in given)
        if not fits:
            message, says = "VAT category {0} ({1}) {2}, but has {3}.", RATE_TEXT[rules.rate]
            report.fatal(rule, term, use.percent or use.node, message, rules.code, rules.title, says, use.percent)


def _fits(wanted: str, percent: Node) -> bool:
    rate = percent.number
    if rate is None:
        return True  # reported by the data types
    if rate == ZERO:
        return wanted != "positive" and not minus_zero(percent)
    return rate > ZERO and wanted != "zero"


def _part(rules: Family, part: Part, book: _Book, report: Report) -> None:
    """-08 to -10: the breakdown of the category."""
    node = part.node
    if rules.code not in _UNCOUNTED:
        _taxable(rules, part, book, report)
        _tax(rules, part, report)
    given = node.kids.get("ram:ExemptionReason") or node.kids.get("ram:ExemptionReasonCode")
    if rules.reason and not given:
        message = "VAT category {0} ({1}) needs a reason why no VAT is charged."
        report.fatal(f"{rules.id}10", "BT-120", node, message, rules.code, rules.title)
    elif given and not rules.reason:
        message = "VAT category {0} ({1}) must not give a reason for an exemption."
        report.fatal(f"{rules.id}10", "BT-120", given[0], message, rules.code, rules.title)


def _taxable(rules: Family, part: Part, book: _Book, report: Report) -> None:
    rate: Decimal | None = None
    if rules.by_rate:
        rate = number(part.node.first("ram:RateApplicablePercent"))
        if rate is None:
            return
    rule, term, given = f"{rules.id}08", "BT-116", part.taxable
    found = book.sums.get((rules.code, rate))
    expected = found.total() if found is not None else ZERO
    if given is None:
        report.fatal(rule, term, part.node, "The taxable amount of VAT category {0} is missing.", rules.code)
    elif expected is not None and given.number is not None:
        apart = abs(given.number - expected)
        if (apart or minus_zero(given)) if rules.code in _EXACT else apart >= ONE:
            message = "The taxable amount of VAT category {0} is {1}, but lines, allowances and charges give {2}."
            report.fatal(rule, term, given, message, rules.code, given, expected)


def _tax(rules: Family, part: Part, report: Report) -> None:
    rule, term, place = f"{rules.id}09", "BT-117", part.tax or part.node
    if not rules.by_rate:
        if part.tax is None or number(part.tax) not in {None, ZERO} or minus_zero(part.tax):
            message = "VAT category {0} ({1}) has no tax, but {2}."
            report.fatal(rule, term, place, message, rules.code, rules.title, part.tax)
        return
    percent = part.node.first("ram:RateApplicablePercent")
    if part.tax is None or part.taxable is None or percent is None:
        message = "The tax of VAT category {0} can't be computed: a value is missing."
        report.fatal(rule, term, place, message, rules.code)
        return
    tax, taxable, rate = part.tax.number, part.taxable.number, percent.number
    if tax is None or taxable is None or rate is None:
        return
    # Officially the product is rounded to a whole number before it is divided by a hundred.
    if abs(abs(tax) - round_whole(abs(taxable) * rate) / HUNDRED) >= ONE:
        message = "The tax of VAT category {0} is {1}, but {2} at {3} % gives another."
        report.fatal(rule, term, place, message, rules.code, part.tax, part.taxable, rate)


@checks("BR-IC-11", "BR-IC-12")
def intra_community(view: View, report: Report) -> None:
    """An intra-community supply says when and to which country it was delivered."""
    part = _vat_part(view, "K")
    if part is None:
        return
    dated = view.all("document.delivery_date", view.root)
    if not dated and not any(view.all("period.any", period) for period in view.context("period")):
        message = "An intra-community supply needs the date of delivery or the invoiced period."
        report.fatal("BR-IC-11", "BT-72", part, message)
    if not view.all("document.delivery_country", view.root):
        report.fatal("BR-IC-12", "BT-80", part, "An intra-community supply needs the country of delivery.")


@checks("BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14")
def only_outside(view: View, report: Report) -> None:
    """What is not subject to VAT does not mix with what is; lines and breakdown are one matter, the rest another."""
    if _vat_part(view, "O") is None:
        return
    for rules, name in (
        ((("BR-O-11", "BT-118"), ("BR-O-12", "BT-151")), "ram:ApplicableTradeTax"),
        ((("BR-O-13", "BT-95"), ("BR-O-14", "BT-102")), "ram:CategoryTradeTax"),
    ):
        codes = (code for tax in view.tree.named(name) for code in tax.kids.get("ram:CategoryCode", ()))
        other = next((code for code in codes if code.text != "O"), None)
        if other is not None:
            for rule, term in rules:
                message = "Category O (not subject to VAT) does not go together with VAT category {0}."
                report.fatal(rule, term, other, message, other.text)


def _vat_part(view: View, code: str) -> Node | None:
    """The first breakdown of a category."""
    if code not in view.facts.used:
        return None
    return next((part.node for part, use in view.once(_book).uses[code].parts if use.is_vat), None)


CII_VAT: Final = (*(family(rules) for rules in CII_FAMILIES), intra_community, only_outside)
