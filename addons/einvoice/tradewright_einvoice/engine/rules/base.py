"""The building blocks of rules: what a rule sees, how it reports, and how rules form a set.

A rule is never stopped by another one: it sees raw elements, with their text and, where it is one, their number. A
value that is no number is reported once by the data types; a rule that would need it stays silent about it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..findings import Finding, Severity
from ..text import squeezed
from ..xml import Node
from .view import View

_SPACE: Final = " \t\r\n"
MOST_OF_A_RULE: Final = 100


class Report:
    """Collects findings, of each rule the first hundred: a hostile document must not make us write a novel."""

    __slots__ = ("_counts", "findings")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._counts: dict[str, int] = {}

    def fatal(self, rule: str, term: str, node: Node, message: str, *values: object) -> None:
        """A finding that makes the document invalid. ``{0}`` in the message is the first value."""
        if self._wanted(rule):
            self.findings.append(_finding("fatal", (rule, term), node, message, values))

    def warning(self, rule: str, term: str, node: Node, message: str, *values: object) -> None:
        """A finding that does not."""
        if self._wanted(rule):
            self.findings.append(_finding("warning", (rule, term), node, message, values))

    def _wanted(self, rule: str) -> bool:
        count = self._counts[rule] = self._counts.get(rule, 0) + 1
        return count <= MOST_OF_A_RULE


def _finding(
    severity: Severity, what: tuple[str, str], node: Node, message: str, values: tuple[object, ...]
) -> Finding:
    words = tuple(map(shown, values))
    text = message.format(*words) if words else message
    return Finding(what[0], severity, text, node.location, node.line, what[1], message, words)


def shown(value: object) -> str:
    """A value as a message shows it: short, and a missing one as such."""
    if value is None:
        return "nothing"
    if isinstance(value, Node):
        return plain(value) if value.number is not None else repr(plain(value)[:80])
    if isinstance(value, Decimal):
        return format(value, "f")[:60]
    return str(value)[:80]


def plain(node: Node | None) -> str:
    """The text of an element without white space around it and with single blanks inside."""
    return squeezed(node.text) if node is not None else ""


def filled(node: Node | None) -> bool:
    """Whether an element is there and says something."""
    return node is not None and bool(node.text.strip(_SPACE))


Check = Callable[[View, Report], None]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules of one publisher's release for one syntax."""

    name: str
    #: The release that the rules follow, and the day from which it is in force.
    release: str
    since: str
    #: Short names of the root elements that the rules are about.
    roots: frozenset[str]
    checks: tuple[Check, ...]
    #: The ids that the checks can report.
    ids: frozenset[str]

    @classmethod
    def of(cls, name: str, release: str, since: str, roots: Iterable[str], checks: Iterable[Check]) -> "RuleSet":
        """A set of checks, each of which knows its ids by `checks`."""
        every = tuple(checks)
        ids = frozenset(rule for check in every for rule in ids_of(check))
        return cls(name, release, since, frozenset(roots), every, ids)


_ids: dict[Check, tuple[str, ...]] = {}


def checks(*ids: str) -> Callable[[Check], Check]:
    """Mark a function as the check of rules."""

    def mark(check: Check) -> Check:
        _ids[check] = ids
        return check

    return mark


def ids_of(check: Check) -> tuple[str, ...]:
    """The rules that a check can report."""
    return _ids[check]
