"""Reads XML into model objects by the same binding table that writes it.

The table is compiled once. What the document holds and no row binds is collected, never silently dropped. Texts
that are missing become empty; a missing or broken number, date or group makes the document unreadable, with all
problems named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from .binding import Branch, Const, Group, Leaf, Predicate, Row, Table, grow
from .errors import UnreadableError
from .xml import Node

_Found = dict[str, Any]
#: Under this name what second places hold is kept until the first ones are known.
_SECOND: Final = ""


@dataclass(slots=True)
class _Context:
    """What one reading collects."""

    root: Node
    root_found: _Found
    unbound: list[Node] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Leaf:
    def __init__(self, row: Leaf) -> None:
        self._row = row
        self._read = row.kind.read
        self._attributes = [
            (name, source) for name, source in (row.attributes or {}).items() if not source.startswith(("=", ".", "~"))
        ]

    def take(self, node: Node, found: _Found, context: _Context) -> None:
        row = self._row
        value = self._read(node)
        if value is None:
            if node.text.strip():
                context.problems.append(
                    f"line {node.line}: {node.text.strip()[:40]!r} is no {row.kind.name} ({row.term})"
                )
            return
        target, name = (context.root_found, row.field[1:]) if row.field.startswith("/") else (found, row.field)
        if row.only_read:
            target.setdefault(_SECOND, []).append((name, value, node, self))
        elif name not in target:
            target[name] = value
            self.describe(node, found)
        elif target[name] != value:
            context.unbound.append(node)

    def describe(self, node: Node, found: _Found) -> None:
        """Take the attributes that are fields of their own."""
        for attribute, source in self._attributes:
            extra = node.get(attribute)
            if extra is not None:
                found[source] = extra


class _Box:
    """Dispatches the children of an element."""

    def __init__(self, branch: Branch, predicates: dict[str, Predicate]) -> None:
        self._own = _Leaf(branch.row) if isinstance(branch.row, Leaf) else None
        self._by_name: dict[str, list[tuple[Predicate | None, _Taker]]] = {}
        self._fixed: dict[str, str | None] = {}
        for below in branch.branches:
            if isinstance(below.row, Const):
                self._fixed[below.step.name] = below.row.value if below.row.strict else None
                continue
            taker = _taker(below, predicates)
            predicate = predicates[below.step.predicate] if below.step.predicate else None
            choices = self._by_name.setdefault(below.step.name, [])
            choices.append((predicate, taker))
            choices.sort(key=lambda choice: choice[0] is None)

    def take(self, node: Node, found: _Found, context: _Context) -> None:
        if self._own is not None:
            self._own.take(node, found, context)
        for name, kids in node.kids.items():
            choices = self._by_name.get(name)
            if choices is None:
                if name not in self._fixed:
                    context.unbound.extend(kids)
                elif (fixed := self._fixed[name]) is not None:
                    context.unbound.extend(kid for kid in kids if kid.text.strip() != fixed)
                continue
            for kid in kids:
                for predicate, taker in choices:
                    if predicate is None or predicate(kid, context.root):
                        taker.take(kid, found, context)
                        break
                else:
                    context.unbound.append(kid)


class _Object:
    def __init__(self, row: Group, predicates: dict[str, Predicate]) -> None:
        self._row = row
        self._box = _Box(grow(row.rows), predicates)
        self._needed = _needed(row.rows)
        self._absent = _absent(row.rows)

    def take(self, node: Node, found: _Found, context: _Context) -> None:
        row = self._row
        inner: _Found = {}
        self._box.take(node, inner, context)
        _settle(inner, self._absent, context)
        if row.sparse and not inner:
            return
        context.problems.extend(
            f"{row.term} in line {node.line}: no {what}" for name, what in self._needed if name not in inner
        )
        value = (
            build(row.model, inner, f"{row.term} in line {node.line}", context.problems)
            if row.model
            else inner.get(".")
        )
        if value is None:
            return
        if row.many:
            found.setdefault(row.field, []).append(value)
        elif row.field in found:
            context.unbound.append(node)
        else:
            found[row.field] = value


_Taker = _Leaf | _Box | _Object


def _settle(found: _Found, absent: dict[str, object], context: _Context) -> None:
    """Use second places where the first are empty, report those that say something else; then what may be absent."""
    for name, value, node, leaf in found.pop(_SECOND, ()):
        if name not in found:
            found[name] = value
            leaf.describe(node, found)
        elif found[name] != value:
            context.unbound.append(node)
    for name, value in absent.items():
        found.setdefault(name, value)


def _absent(rows: Sequence[Row]) -> dict[str, object]:
    return {row.field: row.absent for row in rows if isinstance(row, Group) and row.absent is not None}


def _needed(rows: Sequence[Row]) -> list[tuple[str, str]]:
    return [(row.field, f"{row.path} ({row.term})") for row in rows if isinstance(row, Leaf) and row.needed]


def _taker(branch: Branch, predicates: dict[str, Predicate]) -> _Taker:
    if isinstance(branch.row, Leaf):
        return _Leaf(branch.row)
    if isinstance(branch.row, Group):
        return _Object(branch.row, predicates)
    return _Box(branch, predicates)


@dataclass(frozen=True, slots=True)
class _Field:
    """What a model class expects of a field."""

    name: str
    required: bool
    text: bool
    many: bool
    nested: type[Any] | None


_shapes: dict[type[Any], tuple[_Field, ...]] = {}


def _shape(model: type[Any]) -> tuple[_Field, ...]:
    known = _shapes.get(model)
    if known is not None:
        return known
    hints = get_type_hints(model)
    shape: list[_Field] = []
    for item in fields(model):
        hint = hints[item.name]
        choices = [choice for choice in get_args(hint) if choice is not NoneType]
        plain = choices[0] if get_origin(hint) in {Union, UnionType} else hint
        nested = plain if isinstance(plain, type) and hasattr(plain, "__dataclass_fields__") else None
        required = item.default is MISSING and item.default_factory is MISSING
        shape.append(_Field(item.name, required, plain is str, get_origin(plain) is tuple, nested))
    _shapes[model] = tuple(shape)
    return _shapes[model]


def build(model: type[Any], found: _Found, where: str, problems: list[str]) -> Any:
    """An object of the class from what was found; None, and a problem, when something indispensable is missing."""
    nested: dict[str, _Found] = {}
    for name in [name for name in found if "." in name]:
        outer, _, inner = name.partition(".")
        nested.setdefault(outer, {})[inner] = found.pop(name)
    values: _Found = {}
    complete = True
    for item in _shape(model):
        name = item.name
        if name in nested and item.nested is not None:
            found[name] = build(item.nested, nested[name], where, problems)
        if found.get(name) is not None:
            values[name] = tuple(found[name]) if item.many else found[name]
        elif item.required and item.text:
            values[name] = ""
        elif item.required:
            problems.append(f"{where}: no {name.replace('_', ' ')}")
            complete = False
    return model(**values) if complete else None


class Reader:
    """The compiled form of a table."""

    def __init__(self, table: Table) -> None:
        predicates = dict(table.predicates)
        self._model = table.model
        self._box = _Box(grow(table.rows), predicates)
        self._needed = _needed(table.rows)
        self._absent = _absent(table.rows)
        self._finish = table.finish
        self._joins = [row for row in table.rows if isinstance(row, Group) and row.join is not None]

    def read(self, root: Node) -> tuple[Any, list[Node]]:
        """The object of the table's model, and the elements that no row binds."""
        found: _Found = {}
        context = _Context(root, found)
        self._box.take(root, found, context)
        _settle(found, self._absent, context)
        if self._finish is not None:
            context.problems.extend(self._finish(found))
        context.problems.extend(f"the document has no {what}" for name, what in self._needed if name not in found)
        for row in self._joins:
            if row.join is not None and row.field in found:
                found.update(row.join(found.pop(row.field)))
        message = build(self._model, found, "the document", context.problems)
        if context.problems:
            raise UnreadableError(list(_unique(context.problems)))
        return message, context.unbound


def _unique(texts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(texts)
