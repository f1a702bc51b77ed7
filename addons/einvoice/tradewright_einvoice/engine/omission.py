"""Leaves out of an invoice what a profile has no place for."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")


def without(thing: T, paths: Iterable[str]) -> T:
    """The object without some of its fields, named as ``lines.item.description``. They become what they are unset."""
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, []).append(rest)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    unset = {field.name: field.default for field in fields(thing)}
    changes: dict[str, Any] = {
        name: unset[name] if "" in rests else _inside(getattr(thing, name), rests) for name, rests in below.items()
    }
    return replace(thing, **changes)


def _inside(value: Any, paths: list[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(without(one, paths) for one in value)
    return without(value, paths)
