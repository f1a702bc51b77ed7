"""The structure of a message: which elements it must have, may have and can't have, and the codes in them.

The files beside this module are outlines of the transactions of Peppol's post-award specifications (release 2026-Q2),
one element a line: ``?`` it may be missing, ``*`` it may be missing or repeat, ``+`` it may repeat, ``~`` UBL has no
other elements there, ``:`` the lists its code is of, ``=`` its fixed value; ``@`` starts an attribute. The publisher
numbers elements and attributes in that order, and the rules of one: the third rule of the twelfth is ``B01203``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from ...codelists import codes, units
from ...xml import Node
from ..base import Check, Report, checks, plain
from ..view import View


def _list(name: str, column: str | None = None) -> Callable[[], frozenset[str]]:
    return lambda: codes(name, column)


def _only(text: str) -> Callable[[], frozenset[str]]:
    found = frozenset(text.split())
    return lambda: found


_LISTS: Final[Mapping[str, Callable[[], frozenset[str]]]] = MappingProxyType(
    {
        "actions": _only("CNA CNF CNP NIN NOA OTH PIN"),
        "boolean": _only("false true"),
        "clarification_lists": _only("OPStatusAction OPStatusReason"),
        "countries": _list("iso3166", "peppol"),
        "currencies": _list("iso4217", "peppol"),
        "dangerous_goods": _only(
            "ADR ADS ADT ADU ADV ADW ADX ADY ADZ AEA AEB AGS ANR ARD CFR COM GVE GVS ICA IMD RGE RID UI ZZZ"
        ),
        "document_types": _list("untdid1001_all"),
        "eas": _list("eas", "peppol"),
        "handling_units": _only("SSCC"),
        "icd": _list("icd"),
        "invoice_statuses": _only("AB AP CA IP PD RE UQ"),
        "line_answers": _only("1 3 5 7 42"),
        "measured": _only("AAB AAL AAW AAX"),
        "mime": lambda: (
            (codes("mime") - {"text/csv"}) | {"application/acad", "application/dwg", "drawing/dwg", "image/tiff"}
        ),
        "order_answers": _only("AB AP CA RE"),
        "order_types": _only("105 220 221 226 227 402"),
        "packages": lambda: frozenset(code.removeprefix("X") for code in codes("rec21")),
        "priorities": _only("1 2 3 4"),
        "product_traces": _only("UDI"),
        "reasons": _only("DEL FIN ITM LEG NON OTH PAY PPD PRI QTY QUA REC REF UNR"),
        "transport_modes": _only("0 1 2 3 4 5 6 7 8 9"),
        "units": units,
        "untdid5189": _list("untdid5189"),
        "untdid7143": _list("untdid7143"),
        "untdid7161": _list("untdid7161"),
    }
)


@dataclass(slots=True)
class _Attribute:
    name: str
    needed: str | None
    listed: str | None
    lists: tuple[str, ...]


@dataclass(slots=True)
class _Element:
    """An element of the outline with the rules of it."""

    name: str
    required: list[tuple[str, str]] = field(default_factory=list)
    fixed: tuple[str, str] | None = None
    listed: tuple[str, tuple[str, ...]] | None = None
    attributes: list[_Attribute] = field(default_factory=list)
    kids: "dict[str, _Element | None]" = field(default_factory=dict)
    #: The rule against other elements.
    others: str | None = None
    #: The rule against a schema location; of the root only.
    location: str | None = None

    @property
    def is_judged(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.kids or self.attributes or self.fixed or self.listed)

    def rules(self) -> Iterator[str]:
        """All ids below."""
        yield from (rule for _, rule in self.required)
        yield from (rule for rule in (self.others, self.location) if rule)
        yield from (found[0] for found in (self.fixed, self.listed) if found)
        for attribute in self.attributes:
            yield from (rule for rule in (attribute.needed, attribute.listed) if rule)
        for kid in self.kids.values():
            if kid is not None:
                yield from kid.rules()


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of an outline."""

    number: int
    depth: int
    name: str
    needed: bool
    closed: bool
    lists: tuple[str, ...]
    fixed: str | None

    @classmethod
    def parse(cls, number: int, line: str) -> "_Row":
        text = line.strip()
        text, _, fixed = text.partition(" = ")
        text, _, lists = text.partition(" : ")
        closed = text.endswith(" ~")
        text = text.removesuffix(" ~")
        name = text.rstrip("?*+")
        depth = (len(line) - len(line.lstrip())) // 2
        return cls(number, depth, name, text[len(name) :] in {"", "+"}, closed, tuple(lists.split()), fixed or None)


@cache
def _outline(transaction: str) -> _Element:
    text = files(__name__.rpartition(".")[0]).joinpath("structure", f"{transaction}.txt").read_text("utf-8")
    rows = [_Row.parse(number, line) for number, line in enumerate(text.splitlines(), 1)]
    return _grow(rows, 0, f"PEPPOL-{transaction.upper()}-B")


def _grow(rows: list[_Row], at: int, prefix: str) -> _Element:
    """The element of a row and all below it, with its rules numbered in the publisher's order."""
    row = rows[at]
    end = next((place for place in range(at + 1, len(rows)) if rows[place].depth <= row.depth), len(rows))
    below = [place for place in range(at + 1, end) if rows[place].depth == row.depth + 1]
    count = 0

    def rule() -> str:
        nonlocal count
        count += 1
        return f"{prefix}{row.number:03}{count:02}"

    element = _Element(row.name)
    kids = [place for place in below if not rows[place].name.startswith("@")]
    element.required = [(rows[place].name, rule()) for place in kids if rows[place].needed]
    if row.fixed is not None:
        element.fixed = rule(), row.fixed
    if row.lists:
        element.listed = rule(), row.lists
    for place in below:
        if rows[place].name.startswith("@"):
            needed = rule() if rows[place].needed else None
            listed = rule() if rows[place].lists else None
            element.attributes.append(_Attribute(rows[place].name[1:], needed, listed, rows[place].lists))
    if at == 0:
        element.location = rule()
    if kids and not row.closed:
        element.others = rule()
    for place in kids:
        kid = _grow(rows, place, prefix)
        element.kids[kid.name] = kid if kid.is_judged else None
    return element


def structure(transaction: str) -> Check:
    """The check of a transaction's structure."""
    root = _outline(transaction)

    @checks(*root.rules())
    def check(view: View, report: Report) -> None:
        node = view.root
        if root.location is not None and has_schema_location(node):
            report.fatal(root.location, "", node, "The document names where its schema is, which it must not.")
        _judge(root, node, report)

    return check


def has_schema_location(node: Node) -> bool:
    """Whether an element says where its schema is."""
    return any(str(name).rpartition("}")[2] == "schemaLocation" for name in node.element.attrib)


def _judge(element: _Element, node: Node, report: Report) -> None:
    kids = node.kids
    for name, rule in element.required:
        if name not in kids:
            report.fatal(rule, "", node, "The element {0} is missing in {1}.", name, element.name)
    if element.fixed is not None or element.listed is not None:
        _judge_text(element, node, report)
    for attribute in element.attributes:
        _judge_attribute(element, attribute, node, report)
    known = element.kids
    for name, nodes in kids.items():
        below = known.get(name)
        if below is not None:
            for kid in nodes:
                _judge(below, kid, report)
        elif name not in known and element.others is not None:
            for other in nodes:
                report.fatal(element.others, "", other, "{0} has no place in {1}.", name, element.name)


def _judge_text(element: _Element, node: Node, report: Report) -> None:
    text = plain(node)
    if element.fixed is not None and text != element.fixed[1]:
        report.fatal(element.fixed[0], "", node, "{0} must be {1}, but is {2}.", element.name, element.fixed[1], node)
    if element.listed is not None:
        rule, lists = element.listed
        if not any(text in _LISTS[name]() for name in lists):
            report.fatal(rule, "", node, "{0} is no code that {1} may have.", node, element.name)


def _judge_attribute(element: _Element, attribute: _Attribute, node: Node, report: Report) -> None:
    value = node.get(attribute.name)
    if value is None:
        if attribute.needed is not None:
            report.fatal(attribute.needed, "", node, "{0} needs the attribute {1}.", element.name, attribute.name)
    elif attribute.listed is not None and not any(value in _LISTS[name]() for name in attribute.lists):
        message = "{0} is no code that the attribute {1} of {2} may have."
        report.fatal(attribute.listed, "", node, message, repr(value), attribute.name, element.name)
