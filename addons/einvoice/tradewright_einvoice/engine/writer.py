"""Writes a model object as XML by a binding table.

The table is compiled once into emitters, each of which returns the text of its element or nothing. An element
without content is never written; a constant is written only beside real content.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from .binding import Branch, Const, Getter, Group, Leaf, Table, getter, grow
from .errors import WriteError

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ELEMENT_BEFORE = re.compile(r"<(?:\w+:)?(\w+)[^<]*$")
_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


class Emitter(Protocol):
    """Writes one element; `solid` tells whether it is content that keeps its parent alive."""

    solid: bool

    def emit(self, thing: Any, invoice: Any, pad: str) -> str:
        """The element as text with ``pad`` (a line break and blanks) before it, or an empty string."""
        ...


class _Constant:
    solid = False

    def __init__(self, name: str, value: str) -> None:
        self._text = f"<{name}>{value}</{name}>"

    def emit(self, thing: Any, invoice: Any, pad: str) -> str:  # noqa: ARG002
        return pad + self._text


class _Text:
    """A leaf. Without a name it gives only attributes and text, for the element of its group."""

    solid = True

    def __init__(self, name: str, row: Leaf) -> None:
        self._name = name
        self._term = row.term
        self._value = _only_in_first(getter(row.field), row.first_of) if row.first_of else getter(row.field)
        self._write = row.kind.write
        self._attributes = [(name, _attribute(source)) for name, source in (row.attributes or {}).items()]
        self._fallback = row.fallback

    def emit(self, thing: Any, invoice: Any, pad: str) -> str:
        value = self._value(thing, invoice)
        text = None if value is None else self._text(value)
        return "" if text is None else self._element(thing, invoice, pad, value, text)

    def _element(self, thing: Any, invoice: Any, pad: str, value: object, text: str) -> str:
        attributes = ""
        for name, source in self._attributes:
            extra = source(thing, invoice, value)
            if extra is not None:
                attributes += f' {name}="{str(extra).translate(_ATTRIBUTE)}"'
        return f"{pad}<{self._name}{attributes}>{text.translate(_TEXT)}</{self._name}>"

    def _text(self, value: object) -> str | None:
        try:
            return self._write(value)
        except (ArithmeticError, ValueError) as error:
            msg = f"{self._term} can't be written: {error}."
            raise WriteError(msg) from None

    def fallback(self, thing: Any, invoice: Any, pad: str) -> str:
        return "" if self._fallback is None else self._element(thing, invoice, pad, None, self._fallback)


class _Box:
    """An element that holds others. One that holds only constants is as good as a constant."""

    def __init__(self, name: str, emitters: Sequence[Emitter], *, always: bool = False) -> None:
        self._name = name
        self._emitters = emitters
        self._empty = f"<{name}/>" if always else ""
        self.solid = any(emitter.solid for emitter in emitters)

    def emit(self, thing: Any, invoice: Any, pad: str) -> str:
        inner = pad + "  "
        solid = False
        parts: list[str] = []
        fallbacks: list[tuple[int, _Text]] = []
        for emitter in self._emitters:
            text = emitter.emit(thing, invoice, inner)
            if text:
                solid = solid or emitter.solid
                parts.append(text)
            elif isinstance(emitter, _Text):
                fallbacks.append((len(parts), emitter))
        if self.solid and not solid:
            return self._empty and pad + self._empty
        for place, emitter in reversed(fallbacks):
            parts.insert(place, emitter.fallback(thing, invoice, inner))
        return f"{pad}<{self._name}>{''.join(parts)}{pad}</{self._name}>"


class _Objects:
    """An element for an object of its own, or for each of many."""

    solid = True

    def __init__(self, name: str, row: Group, always: frozenset[str]) -> None:
        self._value = getter(row.field)
        self._split = row.split
        self._many = row.many
        self._one = _element(name, grow(row.rows), always)

    def emit(self, thing: Any, invoice: Any, pad: str) -> str:
        if self._split is not None:
            return "".join(self._one.emit(part, invoice, pad) for part in self._split(invoice))
        value = self._value(thing, invoice)
        if value is None:
            return ""
        if self._many:
            return "".join(self._one.emit(part, invoice, pad) for part in value)
        return self._one.emit(value, invoice, pad)


def _element(name: str, branch: Branch, always: frozenset[str]) -> Emitter:
    """The emitter for a branch and all below it."""
    row = branch.row
    if isinstance(row, Const):
        return _Constant(name, row.value)
    if isinstance(row, Leaf):
        return _Text(name, row)
    if isinstance(row, Group):
        return _Objects(name, row, always)
    emitters = [_element(below.step.name, below, always) for below in branch.branches if not _is_only_read(below)]
    return _Box(name, emitters, always=name in always)


def _is_only_read(branch: Branch) -> bool:
    """Whether nothing below is ever written."""
    if branch.row is not None:
        return isinstance(branch.row, Leaf) and branch.row.only_read
    return all(_is_only_read(below) for below in branch.branches)


def _only_in_first(value: Getter, owner: str) -> Getter:
    return lambda thing, invoice: value(thing, invoice) if thing is getattr(invoice, owner)[0] else None


def _attribute(source: str) -> Callable[[Any, Any, Any], Any]:
    """How an attribute's value is found, see `binding.Leaf`."""
    if source.startswith("="):
        name = source[1:]
        return lambda _thing, invoice, _value: getattr(invoice, name)
    if source.startswith("~"):
        fixed = source[1:]
        return lambda _thing, _invoice, _value: fixed
    if source.startswith("."):
        inner = source[1:]
        return lambda _thing, _invoice, value: getattr(value, inner, None)
    find = getter(source)
    return lambda thing, invoice, _value: find(thing, invoice)


class Writer:
    """The compiled form of a table."""

    def __init__(self, table: Table) -> None:
        self._root = _element(table.root, grow(table.rows), table.always)
        spaces = "".join(
            f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in sorted(table.namespaces.items())
        )
        self._open = f"<{table.root}>", f"<{table.root}{spaces}>"

    def write(self, invoice: object) -> bytes:
        """The document as UTF-8 with an XML declaration."""
        body = self._root.emit(invoice, invoice, "\n")
        fault = _ILLEGAL.search(body)
        if fault is not None:
            element = _ELEMENT_BEFORE.search(body, 0, fault.start())
            where = f" in {element[1]}" if element else ""
            msg = f"The text{where} holds the character U+{ord(fault[0]):04X}, which XML can't carry."
            raise WriteError(msg)
        return ('<?xml version="1.0" encoding="UTF-8"?>' + body.replace(*self._open, 1) + "\n").encode()
