"""The facts of a document that calculations and VAT rules need, independent of its syntax.

A value is the element that holds it, so that a finding has a place; its number is None where the text is no number.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from math import copysign

from ..amounts import ZERO, round_whole
from ..xml import Node


@dataclass(slots=True)
class Category:
    """A VAT category with its rate, at a line, an allowance, a charge or in the breakdown."""

    node: Node
    code: str
    is_vat: bool
    percent: Node | None

    @property
    def rate(self) -> Decimal | None:
        """The rate, when there is one and it is a number."""
        return self.percent.number if self.percent is not None else None


@dataclass(slots=True)
class Adjustment:
    """An allowance or a charge; `is_charge` is None where the indicator is neither true nor false."""

    node: Node
    is_charge: bool | None
    amount: Node | None
    categories: list[Category]


@dataclass(slots=True)
class Line:
    """An invoice line."""

    node: Node
    net: Node | None
    categories: list[Category]
    adjustments: list[Adjustment]


@dataclass(slots=True)
class Part:
    """One part of the VAT breakdown."""

    node: Node
    taxable: Node | None
    tax: Node | None
    categories: list[Category]


@dataclass(slots=True)
class TaxTotal:
    """A total of VAT with its breakdown."""

    node: Node
    tax: Node | None
    parts: list[Part]


@dataclass(slots=True)
class Totals:
    """The totals of the document."""

    node: Node
    lines: Node | None
    allowances: Node | None
    charges: Node | None
    net: Node | None
    gross: Node | None
    prepaid: Node | None
    rounding: Node | None
    payable: Node | None


@dataclass(slots=True)
class TaxIds:
    """Who has which tax number."""

    seller_vat: bool = False
    seller_any: bool = False
    representative_vat: bool = False
    buyer_vat: bool = False
    buyer_registration: bool = False


@dataclass(slots=True)
class Facts:
    """All of it."""

    root: Node
    currency: Node | None
    lines: list[Line]
    adjustments: list[Adjustment]
    totals: list[Totals]
    tax_totals: list[TaxTotal]
    ids: TaxIds
    #: The codes of all VAT categories in the document.
    used: frozenset[str]

    #: Allowances and charges that belong neither to the document nor to a line, such as those of a price.
    other_adjustments: list[Adjustment] = field(default_factory=list)
    #: VAT categories of items that are not the item of a line of the document, such as those of a line in a line.
    other_items: list[Category] = field(default_factory=list)
    #: All other VAT categories, such as those in a VAT total of a line.
    other_categories: list[Category] = field(default_factory=list)
    #: The parts of VAT totals that are not the document's.
    other_parts: list[Part] = field(default_factory=list)
    #: Whether lines of invoices and credit notes are different elements, and BR-S-08 looks at each kind apart.
    two_kinds_of_line: bool = False

    @property
    def line_adjustments(self) -> list[Adjustment]:
        """The allowances and charges of all lines, and wherever else there are any."""
        return [adjustment for line in self.lines for adjustment in line.adjustments] + self.other_adjustments

    @property
    def parts(self) -> list[Part]:
        """The VAT breakdown."""
        return [part for total in self.tax_totals for part in total.parts]


def number(node: Node | None) -> Decimal | None:
    """The number of an element that may be missing."""
    return node.number if node is not None else None


def minus_zero(node: Node) -> bool:
    """Whether a number is ``-0.0``, which is no zero for the official rules where they compare binary numbers."""
    text = node.text
    return "-" in text and "." in text and node.number == ZERO


def binary_same(node: Node, amount: Decimal, *, summed: bool) -> bool:
    """Whether a number is an amount rounded to cents, both as binary numbers: their signs tell zeros apart too.

    The sum of nothing is a whole zero, to which ``-0`` is the same, but not ``-0.0``.
    """
    if node.number is None:
        return False
    cents = Decimal(float(amount) * 10 * 10)  # as the official rules have it; times 100 may give another number
    value, given = float(round_whole(cents)) / 100, float(node.number)
    if value != given or given != 0:
        return value == given
    return (copysign(1, value) < 0) == ("-" in node.text) if summed else not minus_zero(node)


def total(nodes: "list[Node | None]") -> Decimal | None:
    """The sum of what is there; None when something there is no number."""
    amount = ZERO
    for node in nodes:
        if node is not None:
            value = node.number
            if value is None:
                return None
            amount += value
    return amount
