"""CII-SR and CII-DT about what CII knows and EN 16931 does not use.

`cii_unused.csv` says which element or attribute each rule is about (CEN/TC 434 validation artefacts 1.3.16): below
which element, at which path, and unless what. A name without prefix is one of ``ram``; ``@`` is an attribute; ``//``
means anywhere, ``//*`` every element whose name ends so. The places become a tree of names, and only those branches
are walked that a document has.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from ..xml import NAMESPACES, Node
from .base import Check, Report, checks
from .cii_slots import AGREEMENT, DELIVERY, LINE, LINE_SETTLEMENT, SETTLEMENT, SUMMATION
from .view import View

_ELEMENT: Final = "EN 16931 does not use the element {0} here; a receiver may ignore it."
_ATTRIBUTE: Final = "EN 16931 does not use the attribute {0} of {1}; a receiver may ignore it."
_NO_ELEMENT: Final = "EN 16931 does not allow the element {0} here."
_NO_ATTRIBUTE: Final = "EN 16931 does not allow the attribute {0} of {1}."

_BASE: Final = "rsm:SupplyChainTradeTransaction"
_BELOW: Final = {
    "document": (),
    "context": ("rsm:ExchangedDocumentContext",),
    "exchanged": ("rsm:ExchangedDocument",),
    "line": (_BASE, LINE),
    "line_document": (_BASE, LINE, "ram:AssociatedDocumentLineDocument"),
    "product": (_BASE, LINE, "ram:SpecifiedTradeProduct"),
    "line_agreement": (_BASE, LINE, "ram:SpecifiedLineTradeAgreement"),
    "line_delivery": (_BASE, LINE, "ram:SpecifiedLineTradeDelivery"),
    "line_settlement": (_BASE, LINE, LINE_SETTLEMENT),
    "line_category": (_BASE, LINE, LINE_SETTLEMENT, "ram:ApplicableTradeTax", "ram:CategoryCode"),
    "agreement": (_BASE, AGREEMENT),
    "delivery": (_BASE, DELIVERY),
    "settlement": (_BASE, SETTLEMENT),
    "totals": (_BASE, SETTLEMENT, SUMMATION),
}
#: Identifiers that must not even name a scheme.
_OWN: Final = (
    ("rsm:ExchangedDocumentContext", "ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID"),
    ("rsm:ExchangedDocument", "ram:ID"),
    (_BASE, LINE, "ram:AssociatedDocumentLineDocument", "ram:LineID"),
    (_BASE, LINE, "ram:SpecifiedTradeProduct", "ram:SellerAssignedID"),
)
_OWN_ID: Final = "own ID"
_SETTLEMENT_TAG: Final = "{" + NAMESPACES["ram"] + "}" + SETTLEMENT.removeprefix("ram:")


def _supporting(*types: str) -> Callable[[Node], bool]:
    def fits(node: Node) -> bool:
        codes = node.kids.get("ram:TypeCode", ())
        return node.name == "ram:AdditionalReferencedDocument" and any(code.text in types for code in codes)

    return fits


_UNLESS: Final[dict[str, Callable[[Node], bool]]] = {
    "": lambda _: False,
    "916": _supporting("916"),
    "50 130 916": _supporting("50", "130", "916"),
    "130": _supporting("130"),
    "earlier invoice": lambda node: node.name == "ram:InvoiceReferencedDocument",
    "header": lambda node: next(node.element.iterancestors(_SETTLEMENT_TAG), None) is not None,
    "applicable": lambda node: node.name == "ram:ApplicableTradeTax",
}


@dataclass(frozen=True, slots=True)
class _Unused:
    """A rule about an element or an attribute."""

    rule: str
    fatal: bool
    unless: Callable[[Node], bool]


@dataclass(slots=True)
class _Branch:
    """What is not used at an element: itself, some of its attributes, and what is below it."""

    rules: list[_Unused] = field(default_factory=list)
    attributes: dict[str, _Unused] = field(default_factory=dict)
    below: "dict[str, _Branch]" = field(default_factory=dict)

    def add(self, steps: list[str], rule: _Unused) -> None:
        """Take in a place below the element."""
        if not steps:
            self.rules.append(rule)
        elif steps[0].startswith("@"):
            self.attributes[steps[0][1:]] = rule
        else:
            name = steps[0] if ":" in steps[0] else f"ram:{steps[0]}"
            self.below.setdefault(name, _Branch()).add(steps[1:], rule)


@dataclass(slots=True)
class _Table:
    """The whole table: from the root, by name, by the end of a name."""

    root: _Branch = field(default_factory=_Branch)
    named: dict[str, _Branch] = field(default_factory=dict)
    ends: dict[str, _Branch] = field(default_factory=dict)
    own: _Branch = field(default_factory=_Branch)
    #: Names that were looked up already; None where nothing is said about them.
    known: dict[str, _Branch | None] = field(default_factory=dict)

    def of(self, name: str) -> _Branch | None:
        """What is not used at elements of a name, wherever they are."""
        if name in self.known:
            return self.known[name]
        found = self.named.get(name)
        for end, branch in self.ends.items():
            if name.endswith(end) and (name.startswith("ram:") or end == "DocumentContextParameter"):
                found = branch
        if name == "ram:TaxTotalAmount":
            found = None
        if len(self.known) < _MOST_NAMES:
            self.known[name] = found
        return found


_MOST_NAMES: Final = 5_000  # a hostile document must not grow the table for ever


def _rows() -> list[list[str]]:
    lines = files(__name__.rpartition(".")[0]).joinpath("cii_unused.csv").read_text("utf-8").splitlines()
    return [line.split(",") for line in lines[1:]]


@cache
def _table() -> _Table:
    table = _Table()
    for rule, severity, below, place, unless in _rows():
        unused = _Unused(rule, severity == "fatal", _UNLESS[unless])
        steps = place.split("/")
        if below == _OWN_ID:
            table.own.add(steps, unused)
        elif below.startswith("//*"):
            table.ends.setdefault(below[3:], _Branch()).add(steps, unused)
        elif below.startswith("//"):
            table.named.setdefault(f"ram:{below[2:]}", _Branch()).add(steps, unused)
        else:
            table.root.add([*_BELOW[below], *steps], unused)
    return table


def unused() -> Check:
    """The check of the whole table."""

    @checks(*dict.fromkeys(row[0] for row in _rows()))
    def check(view: View, report: Report) -> None:
        table = _table()
        _walk(view.root, table.root, report)
        for name, nodes in view.tree.by_name.items():
            branch = table.of(name)
            if branch is not None:
                _anywhere(view, nodes, branch, report)

    return check


def _walk(node: Node, branch: _Branch, report: Report) -> None:
    """Compare an element with its branch."""
    if branch.attributes:
        _attributes(node, branch.attributes, report)
    below = branch.below
    if below:
        for name, kids in node.kids.items():
            found = below.get(name)
            if found is not None:
                for rule in found.rules:
                    if not rule.unless(node):
                        _report(rule, kids[0], report)
                if found.below or found.attributes:
                    for kid in kids:
                        _walk(kid, found, report)


def _anywhere(view: View, nodes: list[Node], branch: _Branch, report: Report) -> None:
    if branch.below:
        for node in nodes:
            _walk(node, branch, report)
        return
    attributes = branch.attributes
    for node in nodes:
        names = node.element.keys()
        if names:
            used = view.once(_own) if id(node) in view.once(_own_ids) else attributes
            for name in names:
                if name in used:
                    _report_attribute(used[name], name, node, report)


def _own(_: View) -> dict[str, _Unused]:
    return _table().own.attributes


def _own_ids(view: View) -> frozenset[int]:
    return frozenset(id(node) for path in _OWN for node in view.root.all(*path))


def _attributes(node: Node, wanted: dict[str, _Unused], report: Report) -> None:
    names = node.element.keys()
    for name in names:
        if name in wanted:
            _report_attribute(wanted[name], name, node, report)


def _report(rule: _Unused, node: Node, report: Report) -> None:
    if rule.fatal:
        report.fatal(rule.rule, "", node, _NO_ELEMENT, node.name)
    else:
        report.warning(rule.rule, "", node, _ELEMENT, node.name)


def _report_attribute(rule: _Unused, name: str, node: Node, report: Report) -> None:
    if rule.fatal:
        report.fatal(rule.rule, "", node, _NO_ATTRIBUTE, name, node.name)
    else:
        report.warning(rule.rule, "", node, _ATTRIBUTE, name, node.name)
