"""Constraints and indexes of a model, as statements in its body. A violation reaches the user as their message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Check:
    """A row rule that the database holds."""

    build: Callable[[Any], Any]
    message: Any
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.strip("_")


@dataclass(slots=True)
class Unique:
    """A set of fields that identifies a row."""

    fields: tuple[str, ...]
    message: Any
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.strip("_")


@dataclass(slots=True)
class Index:
    """An index over several fields."""

    fields: tuple[str, ...]
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.strip("_")


@dataclass(slots=True)
class Frozen:
    """A row that a database trigger makes immutable once a condition holds.

    `when` maps a field to the values that freeze the row, `parent` takes over the condition of the parent row,
    `free` fields stay editable, `once` fields may be set a single time from empty.
    """

    when: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    parent: str | None = None
    free: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.strip("_")


def check(build: Callable[[Any], Any], *, message: Any) -> Any:
    """Declare a check; `build` gets the composed class's columns (`lambda line: line.quantity > 0`)."""
    return Check(build, message)


def unique(*fields: str, message: Any) -> Any:
    """Declare that the fields together occur once (a relation counts by its column)."""
    return Unique(fields, message)


def index(*fields: str) -> Any:
    """Declare an index over the fields, in that order."""
    return Index(fields)


def frozen(
    *,
    when: dict[str, tuple[Any, ...]] | None = None,
    parent: str | None = None,
    free: tuple[str, ...] = (),
    once: tuple[str, ...] = (),
) -> Any:
    """Declare when a row can no longer be changed or deleted; see `Frozen`."""
    return Frozen(when or {}, parent, free, once)
