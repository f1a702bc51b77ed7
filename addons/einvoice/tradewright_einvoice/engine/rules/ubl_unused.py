"""UBL-CR: what UBL 2.1 knows and EN 16931 does not use, so that a receiver may ignore it.

`ubl_unused.csv` says which element or attribute each rule is about (CEN/TC 434 validation artefacts 1.3.16). A place is
a path from the root: ``line`` is a line of an invoice or credit note, a leading ``//`` means anywhere, ``@`` an
attribute. The places become a tree of names, and only those branches are walked that a document has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from ..xml import Node
from .base import Check, Report, checks
from .paths import PREDICATES, Finder, Predicate, finder
from .view import View

_LINES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine")
_MOST_WALKED: Final = 64
_FATAL: Final = frozenset(("UBL-CR-666", "UBL-CR-673"))
_ELEMENT: Final = "EN 16931 does not use the element {0} here; a receiver may ignore it."
_ATTRIBUTE: Final = "EN 16931 does not use the attribute {0} of {1}; a receiver may ignore it."
_OBJECT: Final = "The reference to the invoiced object (type 130) must not have {0}."
_VERSION: Final = "The UBL version is 2.1 or is not stated, but here it is {0}."


@dataclass(slots=True)
class _Branch:
    """What is not used below an element: names of elements, attributes of elements, and further branches."""

    leaves: dict[str, str] = field(default_factory=dict)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    branches: dict[str, "_Branch"] = field(default_factory=dict)

    def add(self, steps: list[str], rule: str) -> None:
        """Take in a place."""
        names = _LINES if steps[0] == "line" else (steps[0],)
        for name in names:
            if len(steps) == 1:
                self.leaves[name] = rule
            elif steps[1].startswith("@"):
                self.attributes.append((name, steps[1][1:], rule))
            else:
                self.branches.setdefault(name, _Branch()).add(steps[1:], rule)

    def without(self, names: Mapping[str, object]) -> "_Branch":
        """The branch without what a document can't have, because its names are not in it."""
        left = {name: branch.without(names) for name, branch in self.branches.items() if name in names}
        return _Branch(
            {name: rule for name, rule in self.leaves.items() if name in names},
            [place for place in self.attributes if place[0] in names],
            {name: branch for name, branch in left.items() if branch.leaves or branch.attributes or branch.branches},
        )


#: What is left of the tree for documents with certain names. Most documents of a sender have the same ones.
_walked: Final[dict[tuple[str, frozenset[str]], _Branch]] = {}


@dataclass(frozen=True, slots=True)
class _Anywhere:
    """A place below every element of a name."""

    rule: str
    anchor: str
    condition: Predicate | None
    find: Finder
    attribute: str | None

    @classmethod
    def of(cls, rule: str, place: str) -> "_Anywhere":
        """A place that starts with ``//``."""
        anchor, _, path = place.removeprefix("//").partition("/")
        name, bracket, condition = anchor.partition("[")
        attribute = path.partition("@")[2] or None
        find = finder(path) if path else _itself
        return cls(rule, name, PREDICATES[condition.rstrip("]")] if bracket else None, find, attribute)


def _itself(node: Node) -> list[Node]:
    return [node]


@cache
def _table() -> list[list[str]]:
    """Rule, the kind of document that it is about (blank: both) and place."""
    lines = files(__name__.rpartition(".")[0]).joinpath("ubl_unused.csv").read_text("utf-8").splitlines()
    return [line.split(",") for line in lines[1:]]


def unused_places() -> list[list[str]]:
    """The places of elements from the root, step by step; ``line`` is a line."""
    paths = [row[2].split("/") for row in _table() if not row[2].startswith("//")]
    return [path for path in paths if not path[-1].startswith("@")]


@cache
def _compiled(document: str) -> tuple[_Branch, tuple[_Anywhere, ...]]:
    root, anywhere = _Branch(), list[_Anywhere]()
    for rule, only, place in _table():
        if place.startswith("//"):
            anywhere.append(_Anywhere.of(rule, place))
        elif only in {"", document}:
            root.add(place.split("/"), rule)
    return root, tuple(anywhere)


def unused() -> Check:
    """The check of the whole table."""

    @checks(*(row[0] for row in _table()))
    def check(view: View, report: Report) -> None:
        root, anywhere = _compiled(view.root.name)
        by_name = view.tree.by_name
        key = view.root.name, frozenset(by_name)
        known = _walked.get(key)
        if known is None:
            if len(_walked) >= _MOST_WALKED:
                _walked.clear()
            known = _walked[key] = root.without(by_name)
        _walk(view.root, known, report)
        for place in anywhere:
            for node in by_name.get(place.anchor, ()):
                if place.condition is None or place.condition(node):
                    for found in place.find(node):
                        _report(place.rule, found, place.attribute, report)

    return check


def _walk(node: Node, branch: _Branch, report: Report) -> None:
    kids = node.kids
    if not branch.leaves.keys().isdisjoint(kids):
        for name, nodes in kids.items():
            rule = branch.leaves.get(name)
            if rule is not None:
                for found in nodes:
                    _report(rule, found, None, report)
    for name, attribute, rule in branch.attributes:
        for found in kids.get(name, ()):
            if found.get(attribute) is not None:
                _report(rule, found, attribute, report)
    for name, below in branch.branches.items():
        for found in kids.get(name, ()):
            _walk(found, below, report)


def _report(rule: str, node: Node, attribute: str | None, report: Report) -> None:
    if rule in _FATAL:
        report.fatal(rule, "BT-18", node, _OBJECT, node.name)
    elif attribute is not None:
        report.warning(rule, "", node, _ATTRIBUTE, attribute, node.name)
    elif rule == "UBL-CR-002":
        if node.text != "2.1":
            report.warning(rule, "", node, _VERSION, node)
    else:
        report.warning(rule, "", node, _ELEMENT, node.name)
