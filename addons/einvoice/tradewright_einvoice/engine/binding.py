"""Binds the semantic model to an XML syntax: one table of rows, in the order of the elements, for both directions.

A row names a field of the model, its business term and the path of its element, relative to the table. Rows that
follow each other and share a path share the element. In a path, ``cac:AllowanceCharge[charge]`` is such an element
that satisfies the table's predicate ``charge``; one without a predicate takes what no predicate took. A field may
be dotted (``item.name``); a leading slash means a field of the invoice wherever the row stands; ``.`` means the
object of the table itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any

from .values import TEXT, Kind
from .xml import Node

Predicate = Callable[[Node, Node], bool]
Getter = Callable[[Any, Any], Any]  # (object of the table, invoice) -> value


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with a text.

    `attributes` name a field of the object each, written and read. For writing only: ``=currency`` is a field of the
    invoice, ``.scheme`` one of the leaf's own value, ``~SEPA`` a fixed text.
    """

    term: str
    field: str
    path: str
    kind: Kind = TEXT
    attributes: Mapping[str, str] | None = None
    #: Written when the field is empty, but the syntax demands the element beside others.
    fallback: str | None = None
    #: A document without it can't be read, though the model has a default for it.
    needed: bool = False
    #: A second place for a field, which is never written, and read where the first one is empty.
    only_read: bool = False
    #: Written only in the first object of this field of the invoice, though it may be read from all of them.
    first_of: str | None = None


@dataclass(frozen=True, slots=True)
class Const:
    """An element with a fixed text, written when something beside it is."""

    path: str
    value: str
    #: Another text than this says something that the model has no place for. Else any text is fine.
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """An element that is an object of its own, or many of them."""

    term: str
    field: str
    path: str
    rows: "Sequence[Row]"
    #: The class of the object; None where the object is what its row ``.`` gives.
    model: type[object] | None = None
    many: bool = False
    #: Where the syntax groups differently from the model: invoice to objects, and objects to fields of the invoice.
    split: Callable[[Any], Iterable[object]] | None = None
    join: Callable[[list[Any]], dict[str, object]] | None = None
    #: The object of a document that lacks the element, where the syntax or a profile may leave it out.
    absent: object | None = None
    #: An element in which no row finds anything is no object.
    sparse: bool = False


Row = Leaf | Const | Group


def inside(path: str, *rows: Row) -> tuple[Row, ...]:
    """The rows, moved into an element."""
    return tuple(replace(row, path=f"{path}/{row.path}") for row in rows)


@dataclass(frozen=True, slots=True)
class Table:
    """The binding of one document type."""

    root: str
    namespaces: Mapping[str, str]
    rows: Sequence[Row]
    model: type[object]
    predicates: Mapping[str, Predicate]
    #: Elements that the syntax demands, even without content.
    always: frozenset[str] = frozenset()
    #: Completes the fields that were read, and gives the problems that make the document unreadable.
    finish: Callable[[dict[str, Any]], Iterable[str]] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: the name of an element and its predicate, if any."""

    name: str
    predicate: str | None

    @classmethod
    def parse(cls, path: str) -> "list[Step]":
        """The steps of a path."""
        steps: list[Step] = []
        for part in path.split("/") if path else ():
            name, bracket, predicate = part.partition("[")
            steps.append(cls(name, predicate.rstrip("]") if bracket else None))
        return steps


def getter(name: str) -> Getter:
    """A function that gives the value of a field as a row names it."""
    if name == ".":
        return lambda thing, _invoice: thing
    if name.startswith("/"):
        inner = getter(name[1:])
        return lambda _thing, invoice: inner(invoice, invoice)
    if "." not in name:
        return lambda thing, _invoice: getattr(thing, name)
    names = name.split(".")

    def walk(thing: Any, _invoice: Any) -> Any:
        for part in names:
            if thing is None:
                return None
            thing = getattr(thing, part)
        return thing

    return walk


@dataclass(slots=True)
class Branch:
    """An element of the tree that the rows of a table span: it holds others, or what one row binds."""

    step: Step
    row: Row | None = None
    branches: "list[Branch]" = dataclass_field(default_factory=list)


def grow(rows: Sequence[Row]) -> Branch:
    """The tree of elements that the rows span. The root stands for the table's own element."""
    root = Branch(Step("", None))
    for row in rows:
        steps = Step.parse(row.path)
        if not steps:
            root.row = row
            continue
        branch = root
        for step in steps[:-1]:
            last = branch.branches[-1] if branch.branches else None
            if last is None or last.step != step or last.row is not None:
                last = Branch(step)
                branch.branches.append(last)
            branch = last
        branch.branches.append(Branch(steps[-1], row))
    return root
