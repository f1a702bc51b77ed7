"""What rules see of a document: its elements by context and slot, and the facts computed from them once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ..xml import Node, Tree
from .facts import Facts
from .paths import Finder, finder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Where the sums of a syntax are judged differently, though the rules have the same ids."""

    #: BR-CO-10, -11, -12 and -14 add binary floating point numbers, as the official rules do.
    binary: bool = False
    #: BR-CO-13 rounds also where there is neither an allowance nor a charge.
    rounds_net: bool = False
    #: BR-CO-16 rounds.
    rounds_payable: bool = True
    #: BR-CO-15 is content where the total with VAT is the total without.
    net_as_gross: bool = False


@dataclass(frozen=True, slots=True)
class Slots:
    """How a syntax binds what the rules talk about."""

    #: Context (``line``) to the function that finds its elements.
    contexts: Mapping[str, Callable[[Tree], list[Node]]]
    #: ``context.slot`` (``line.id``) to its path below an element of the context.
    paths: Mapping[str, str]
    facts: Callable[[Tree], Facts]
    arithmetic: Arithmetic = Arithmetic()

    _finders: dict[str, Finder] = field(default_factory=dict)

    def finder(self, slot: str) -> Finder:
        """The compiled path of a slot, such as ``line.id``."""
        found = self._finders.get(slot)
        if found is None:
            found = self._finders[slot] = finder(self.paths[slot])
        return found


class View:
    """One document as the rules see it. Everything is computed at its first use and kept."""

    __slots__ = ("_contexts", "_facts", "_memo", "root", "slots", "tree")

    def __init__(self, tree: Tree, slots: Slots) -> None:
        self.tree = tree
        self.root = tree.root
        self.slots = slots
        self._contexts: dict[str, list[Node]] = {}
        self._facts: Facts | None = None
        self._memo: dict[object, object] = {}

    def context(self, name: str) -> list[Node]:
        """The elements of a context."""
        found = self._contexts.get(name)
        if found is None:
            found = self._contexts[name] = self.slots.contexts[name](self.tree)
        return found

    def all(self, slot: str, node: Node) -> list[Node]:
        """What a slot (``line.price``) holds at an element of its context."""
        return self.slots.finder(slot)(node)

    def first(self, slot: str, node: Node) -> Node | None:
        """The first of them."""
        found = self.slots.finder(slot)(node)
        return found[0] if found else None

    @property
    def facts(self) -> Facts:
        """The facts."""
        if self._facts is None:
            self._facts = self.slots.facts(self.tree)
        return self._facts

    def once(self, compute: "Callable[[View], T]") -> T:
        """What a function makes of the view, computed at its first use."""
        found = self._memo.get(compute)
        if found is None:
            found = self._memo[compute] = compute(self)
        return found  # type: ignore[return-value]
