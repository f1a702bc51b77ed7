"""Strict reading of TOML: every key is asked for by its type, and a key that nobody asks for is an error.

Manifests and settings are read by it, so that all of them name file, key, value, the nearest known key and the remedy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, Self, TypeVar

from tradewright.base.errors import DeveloperError, nearest

T = TypeVar("T")

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class EnvironmentText(str):
    """A value from an environment variable: a text that may stand for a number, a truth value or a list."""

    __slots__ = ("variable",)
    variable: str

    def __new__(cls, text: str, variable: str) -> Self:
        """Remember which variable the text came from."""
        self = super().__new__(cls, text)
        self.variable = variable
        return self


class Table:
    """One table of a TOML file while it is read.

    `code` is the first part of the codes of its errors (`addons.manifest` gives `addons.manifest.unknown-key`). Call
    `close()` after the last key.
    """

    def __init__(
        self, values: Mapping[str, Any], file: str, code: str, *, key: str = "", addon: str | None = None
    ) -> None:
        self.file = file
        self.code = code
        self.key = key
        self.addon = addon
        self.values = dict(values)
        self._asked: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def names(self) -> tuple[str, ...]:
        """Return the keys of the table in the order of the file."""
        return tuple(self.values)

    def text(self, name: str, default: str | None = None, *, pattern: str | None = None) -> str:
        """Return a string, which must match all of `pattern`; without a default the key must be there."""
        value = str(self._take(name, (default,) if default is not None else (), str, "a string"))
        if pattern is not None and name in self.values and not re.fullmatch(pattern, value):
            self.fail(name, "value", f"the value does not fit the pattern {pattern}", value=value)
        return value

    def integer(self, name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
        """Return a whole number within its bounds."""
        value = int(self._take(name, (default,), int, "a whole number", _integer))
        if not at_least <= value <= at_most:
            self.fail(name, "value", f"the value is not between {at_least} and {at_most}", value=value)
        return value

    def boolean(self, name: str, default: T) -> bool | T:
        """Return a truth value, or the default."""
        found: bool | T = self._take(name, (default,), bool, "true or false", _boolean)
        return found

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self._take(name, (list(default),), list, "a list of strings", _texts)
        for value in values:
            if not isinstance(value, str) or not value:
                self.fail(name, "type", "the list holds something that is no string", value=value)
        return tuple(values)

    def table(self, name: str) -> Table:
        """Return a table below this one; an empty one where the key is absent."""
        values = self._take(name, ({},), dict, "a table")
        key = f"{self.key}.{name}" if self.key else name
        return Table(values, self.file, self.code, key=key, addon=self.addon)

    def tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """Give the named tables below a key: `[sites.main]` gives `main` and its table."""
        below = self.table(name)
        for each in below.names():
            yield each, below.table(each)

    def close(self) -> None:
        """Refuse the keys that nobody asked for."""
        for name in self.values:
            if name not in self._asked:
                near = nearest(name, self._asked) or tuple(sorted(self._asked))
                remedy = "correct the key or remove it"
                self.fail(name, "unknown-key", "this key is not known here", value=name, near=near, remedy=remedy)

    def fail(
        self,
        name: str,
        code: str,
        problem: str,
        *,
        value: object = None,
        near: tuple[str, ...] = (),
        remedy: str = "correct the value",
    ) -> NoReturn:
        """Raise the error about one key of this table."""
        key = ".".join(filter(None, (self.key, name)))
        found = self.values.get(name)
        where = f"variable {found.variable}" if isinstance(found, EnvironmentText) else f"{self.file}, key {key}"
        raise DeveloperError(
            f"{self.code}.{code}", problem, addon=self.addon, where=where, value=value, near=near, remedy=remedy
        )

    def _take(
        self,
        name: str,
        default: tuple[Any, ...],
        kind: type,
        words: str,
        convert: Callable[[EnvironmentText], Any] | None = None,
    ) -> Any:
        self._asked.append(name)
        if name not in self.values:
            if default:
                return default[0]  # as it is, whatever its type
            self.fail(name, "missing-key", "this key is missing", remedy=f"add {name} = {words}")
        value = self.values[name]
        if isinstance(value, EnvironmentText) and convert is not None:
            value = convert(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(name, "type", f"the value must be {words}", value=value)
        return value


def read_toml(file: Path, code: str, *, addon: str | None = None) -> Table:
    """Read a TOML file; `code` is the first part of the codes of its errors."""
    try:
        return Table(tomllib.loads(file.read_text(encoding="utf-8")), str(file), code, addon=addon)
    except OSError as fault:
        problem, remedy = f"the file can't be read: {fault.strerror}", "check the path and its permissions"
    except UnicodeDecodeError as fault:
        problem, remedy = f"the file is not UTF-8: {fault.reason}", "save it as UTF-8"
    except tomllib.TOMLDecodeError as fault:
        problem, remedy = f"the file is not valid TOML: {fault}", "correct the syntax"
    raise DeveloperError(f"{code}.syntax", problem, addon=addon, where=str(file), remedy=remedy)


def _integer(text: EnvironmentText) -> object:
    return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else text


def _boolean(text: EnvironmentText) -> object:
    word = text.lower()
    return word in _TRUE if word in _TRUE + _FALSE else text


def _texts(text: EnvironmentText) -> object:
    return [part.strip() for part in text.split(",") if part.strip()]
