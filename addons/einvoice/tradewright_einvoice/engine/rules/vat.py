"""The VAT category families (BR-S, -Z, -E, -AE, -IC, -G, -O, -AF, -AG): one template with parameters."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..amounts import ONE, ZERO
from ..xml import Node
from .base import Check, Report, checks, plain
from .facts import Category, Facts, Part, number
from .sums import tax_fits
from .vat_families import FAMILIES, RATE_TEXT, Family
from .view import View

_CODES: Final = frozenset(rules.code for rules in FAMILIES)


@dataclass(slots=True)
class _Uses:
    """Where a document uses a category."""

    lines: list[Category]
    other_items: list[Category]
    others: list[Category]
    allowances: list[Category]
    charges: list[Category]
    #: Of what does not say whether it is an allowance or a charge.
    undecided: list[Category]
    parts: list[tuple[Part, Category]]

    @classmethod
    def of(cls, facts: Facts, code: str) -> "_Uses":
        adjustments = [*facts.adjustments, *facts.line_adjustments]
        return cls(
            [use for line in facts.lines for use in line.categories if use.code == code],
            [use for use in facts.other_items if use.code == code],
            [use for use in facts.other_categories if use.code == code],
            [use for part in adjustments if part.is_charge is False for use in part.categories if use.code == code],
            [use for part in adjustments if part.is_charge is True for use in part.categories if use.code == code],
            [use for part in adjustments if part.is_charge is None for use in part.categories if use.code == code],
            [(part, use) for part in facts.parts for use in part.categories if use.code == code],
        )


@dataclass(slots=True)
class _Case:
    """One part of the breakdown under the rules of its category."""

    rules: Family
    facts: Facts
    part: Part
    category: Category
    book: "_Book"


def family(rules: Family) -> Check:
    """The check of one category."""

    @checks(*(f"{rules.id}{digits:02}" for digits in range(1, 11)))
    def check(view: View, report: Report) -> None:
        facts = view.facts
        if rules.code not in facts.used:
            return
        uses = _Uses.of(facts, rules.code)
        _breakdown_exists(rules, uses, view, report)
        _identified(rules, uses, facts, report)
        _rates(rules, uses, report)
        for part, category in uses.parts:
            if category.is_vat:
                _part(_Case(rules, facts, part, category, view.once(_Book.of)), report)

    return check


def _breakdown_exists(rules: Family, uses: _Uses, view: View, report: Report) -> None:
    """-01: what is used is broken down."""
    others = uses.others if rules.single else []
    every = (*uses.lines, *uses.other_items, *uses.allowances, *uses.charges, *uses.undecided, *others)
    used = [use for use in every if use.is_vat or rules.any_scheme]
    parts = [use for _, use in uses.parts if use.is_vat or rules.any_scheme or (used and rules.parts_of_any_scheme)]
    place = used[0].node if used else view.root
    if used and not parts:
        report.fatal(
            f"{rules.id}01",
            "BG-23",
            place,
            "VAT category {0} ({1}) is used, but not broken down.",
            rules.code,
            rules.title,
        )
    elif rules.single and len(parts) > 1:
        report.fatal(
            f"{rules.id}01",
            "BG-23",
            parts[1].node,
            "VAT category {0} ({1}) is broken down more than once.",
            rules.code,
            rules.title,
        )
    elif parts and not used and not rules.single:
        report.fatal(
            f"{rules.id}01",
            "BG-23",
            parts[0].node,
            "VAT category {0} ({1}) is broken down, but not used.",
            rules.code,
            rules.title,
        )


def _identified(rules: Family, uses: _Uses, facts: Facts, report: Report) -> None:
    """-02 to -04: the parties have the tax numbers that the category needs."""
    identified = rules.identified(facts.ids)
    own = [] if rules.with_lines else [part.node for part in facts.adjustments]
    own_categories = {id(node) for adjustment in own for node in adjustment.kids.get("cac:TaxCategory", ())}
    for suffix, term, group in (
        ("02", "BT-151", [*uses.lines, *uses.other_items]),
        ("03", "BT-95", uses.allowances),
        ("04", "BT-102", uses.charges),
    ):
        found = [use for use in group if use.is_vat]
        if not rules.with_lines and suffix != "02":
            found = [use for use in found if id(use.node) in own_categories]
        broken = bool(found) and not identified
        if suffix == "02" and rules.any_scheme and group and not found:
            broken, found = True, group
        if broken:
            report.fatal(
                f"{rules.id}{suffix}",
                term,
                found[0].node,
                "VAT category {0} ({1}) needs {2}.",
                rules.code,
                rules.title,
                rules.who,
            )


def _rates(rules: Family, uses: _Uses, report: Report) -> None:
    """-05 to -07: the rate fits the category."""
    for suffix, term, group in (
        ("05", "BT-152", uses.lines),
        ("06", "BT-96", uses.allowances),
        ("07", "BT-103", uses.charges),
    ):
        for use in group:
            if use.is_vat and not _rate_fits(rules.rate, use):
                report.fatal(
                    f"{rules.id}{suffix}",
                    term,
                    use.percent or use.node,
                    "VAT category {0} ({1}) {2}, but has {3}.",
                    rules.code,
                    rules.title,
                    RATE_TEXT[rules.rate],
                    use.percent,
                )


def _rate_fits(expected: str, use: Category) -> bool:
    if expected == "none":
        return use.percent is None
    if use.percent is None:
        return False
    rate = use.rate
    if rate is None:
        return True  # reported by the data types
    return rate > ZERO if expected == "positive" else rate >= ZERO if expected == "any" else rate == ZERO


def _part(case: _Case, report: Report) -> None:
    """-08 to -10: the breakdown of the category."""
    _taxable(case, report)
    _tax(case, report)
    rules, node = case.rules, case.category.node
    given = node.kids.get("cbc:TaxExemptionReason") or node.kids.get("cbc:TaxExemptionReasonCode")
    if rules.reason and not given:
        message = "VAT category {0} ({1}) needs a reason why no VAT is charged."
        report.fatal(f"{rules.id}10", "BT-120", node, message, rules.code, rules.title)
    elif given and not rules.reason:
        message = "VAT category {0} ({1}) must not give a reason for an exemption."
        report.fatal(f"{rules.id}10", "BT-120", given[0], message, rules.code, rules.title)


def _taxable(case: _Case, report: Report) -> None:
    rules, part, facts = case.rules, case.part, case.facts
    rule, term, rate = f"{rules.id}08", "BT-116", case.category.rate
    if rules.by_rate and rate is None:
        return
    wanted = rate if rules.by_rate else None
    key, book = (rules.code, wanted), case.book
    known = not rules.rate_used or key in book.of_lines or key in book.of_others
    expected = book.sum(key)
    given = number(part.taxable)
    if not known or not facts.lines:
        message = "No line has VAT category {0} at the rate {1}."
        report.fatal(rule, term, part.taxable or part.node, message, rules.code, case.category.percent)
    elif part.taxable is None:
        report.fatal(rule, term, part.node, "The taxable amount of VAT category {0} is missing.", rules.code)
    elif expected is not None and given is not None:
        fits = abs(given - expected) < ONE if rules.by_rate else given == expected
        if not fits and not (rules.rate_used and _fits_without_lines(case, given)):
            message = "The taxable amount of VAT category {0} is {1}, but lines, allowances and charges give {2}."
            report.fatal(rule, term, part.taxable, message, rules.code, part.taxable, expected)


def _fits_without_lines(case: _Case, given: Decimal) -> bool:
    """Whether BR-S-08 lets an amount pass that leaves out the lines.

    Officially it looks for allowances of the rate and adds lines of an invoice, or adds those of a credit note; one of
    the two kinds is never there.
    """
    key = (case.rules.code, case.category.rate)
    if not case.facts.two_kinds_of_line or key not in case.book.of_others:
        return False
    expected = case.book.sum(key, lines=False)
    return expected is not None and abs(given - expected) < ONE


def _tax(case: _Case, report: Report) -> None:
    rules, part, percent = case.rules, case.part, case.category.percent
    rule, term, place = f"{rules.id}09", "BT-117", part.tax or part.node
    if not rules.by_rate:
        if part.tax is None or number(part.tax) not in {None, ZERO}:
            message = "VAT category {0} ({1}) has no tax, but {2}."
            report.fatal(rule, term, place, message, rules.code, rules.title, part.tax)
        return
    if part.tax is None or part.taxable is None or percent is None:
        message = "The tax of VAT category {0} can't be computed: a value is missing."
        report.fatal(rule, term, place, message, rules.code)
        return
    tax, taxable, rate = part.tax.number, part.taxable.number, percent.number
    if tax is not None and taxable is not None and rate is not None and not tax_fits(tax, taxable, rate):
        message = "The tax of VAT category {0} is {1}, but {2} at {3} % gives another."
        report.fatal(rule, term, place, message, rules.code, part.tax, part.taxable, rate)


#: A category and one of its rates, or None for all rates.
_Key = tuple[str, Decimal | None]
_Amounts = dict[_Key, Decimal | None]


@dataclass(slots=True)
class _Book:
    """What lines, charges and allowances come to by category and rate, from one pass over them."""

    lines: _Amounts
    #: Charges less allowances of the document.
    others: _Amounts
    #: What lines, and allowances and charges anywhere, are of.
    of_lines: set[_Key]
    of_others: set[_Key]

    @classmethod
    def of(cls, view: View) -> "_Book":
        """The book of a document."""
        facts = view.facts
        book = cls({}, {}, set(), set())
        for line in facts.lines:
            keys = _keys(line.categories)
            book.of_lines |= keys
            _add(book.lines, keys, line.net)
        for part in facts.line_adjustments:
            book.of_others |= _keys(part.categories)
        for part in facts.adjustments:
            keys = _keys(part.categories)
            book.of_others |= keys
            if part.is_charge is not None:
                _add(book.others, keys, part.amount, less=not part.is_charge)
        return book

    def sum(self, key: _Key, *, lines: bool = True) -> Decimal | None:
        """Lines plus charges less allowances; None where one is no number."""
        nets, others = self.lines.get(key, ZERO) if lines else ZERO, self.others.get(key, ZERO)
        return nets + others if nets is not None and others is not None else None


def _keys(categories: list[Category]) -> set[_Key]:
    rates = {category.rate for category in categories} | {None}
    codes = _CODES.intersection(category.code for category in categories)
    return {(code, rate) for code in codes for rate in rates}


def _add(amounts: _Amounts, keys: set[_Key], node: Node | None, *, less: bool = False) -> None:
    if node is None:
        return
    value = node.number
    for key in keys:
        before = amounts.get(key, ZERO)
        spoilt = before is None or value is None
        amounts[key] = None if spoilt else (before or ZERO) + (-(value or ZERO) if less else (value or ZERO))


@checks("BR-IC-11", "BR-IC-12")
def intra_community(view: View, report: Report) -> None:
    """An intra-community supply says when and to which country it was delivered."""
    part = _vat_part(view.facts, "K")
    if part is None:
        return
    dated = any(len(plain(date)) > 1 for date in view.all("document.delivery_date", view.root))
    if not dated and not any(period.kids for period in view.context("period")):
        report.fatal(
            "BR-IC-11", "BT-72", part, "An intra-community supply needs the date of delivery or the invoiced period."
        )
    if not any(len(plain(country)) > 1 for country in view.all("document.delivery_country", view.root)):
        report.fatal("BR-IC-12", "BT-80", part, "An intra-community supply needs the country of delivery.")


@checks("BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14")
def only_outside(view: View, report: Report) -> None:
    """What is not subject to VAT does not mix with what is."""
    facts = view.facts
    if _vat_part(facts, "O") is None:
        return
    adjustments = [*facts.adjustments, *facts.line_adjustments]
    for rule, term, categories in (
        ("BR-O-11", "BT-118", [use for part in facts.parts for use in part.categories]),
        ("BR-O-12", "BT-151", [use for line in facts.lines for use in line.categories] + facts.other_items),
        ("BR-O-13", "BT-95", [use for part in adjustments if part.is_charge is False for use in part.categories]),
        ("BR-O-14", "BT-102", [use for part in adjustments if part.is_charge is True for use in part.categories]),
    ):
        other = next((use for use in categories if use.is_vat and use.code != "O"), None)
        if other is not None:
            message = "Category O (not subject to VAT) does not go together with VAT category {0}."
            report.fatal(rule, term, other.node, message, other.code)


def _vat_part(facts: Facts, code: str) -> Node | None:
    """The first breakdown of a category."""
    return next((use.node for part in facts.parts for use in part.categories if use.is_vat and use.code == code), None)


@checks("BR-B-01", "BR-B-02")
def split_payment(view: View, report: Report) -> None:
    """Split payment (B) is domestic Italian, and does not go together with the standard rate."""
    facts = view.facts
    if "B" not in facts.used:
        return
    foreign = next((country for country in view.context("countries") if country.text != "IT"), None)
    if foreign is not None:
        report.fatal(
            "BR-B-01", "BT-151", foreign, "VAT category B (split payment) is for Italy only, not {0}.", foreign
        )
    own = [use.code for part in facts.parts for use in part.categories]
    own += [use.code for part in facts.adjustments for use in part.categories]
    own += [use.code for line in facts.lines for use in line.categories] + [use.code for use in facts.other_items]
    if "B" in own and "S" in own:
        report.fatal(
            "BR-B-02", "BT-151", view.root, "VAT category B (split payment) does not go together with category S."
        )


VAT: Final = (*(family(rules) for rules in FAMILIES), intra_community, only_outside, split_payment)
