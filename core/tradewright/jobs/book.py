"""The jobs of one addon set: names to functions, and the check of what is handed to them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from tradewright.base import DeveloperError, nearest
from tradewright.jobs.declare import JOBS, SCHEDULES, Job, Scheduled, current
from tradewright.registry.collect import Unit, unit_of

MAX_PAYLOAD = 64 * 1024
"""Characters of JSON that a job may carry: it gets ids, not data."""


class Registry(Protocol):
    """What the book needs of a registry: the packages that take part."""

    units: Sequence[Unit]


class Book:
    """Names the jobs and schedules whose addon or bridge is enabled. A name is `<addon>.<function>`."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.jobs: dict[str, Job] = {}
        self.schedules: dict[str, Scheduled] = {}
        self._names: dict[Callable[..., Any], str] = {}
        self._parameters: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        for function, declared in JOBS.items():
            unit = unit_of(declared.module, units)
            if unit is not None and current(declared):
                self._add(f"{unit.addon}.{function.__name__}", declared)
        for function, scheduled in SCHEDULES.items():
            if function in self._names:
                self.schedules[self._names[function]] = scheduled

    def _add(self, name: str, declared: Job) -> None:
        if name in self.jobs:
            raise DeveloperError(
                "jobs.twice",
                "two jobs of an addon have the same name",
                addon=name.partition(".")[0],
                where=f"{self.jobs[name].where} and {declared.where}",
                value=name,
                remedy="rename one of the functions (bridges share the names of their addon)",
            )
        self.jobs[name] = declared
        parameters = list(inspect.signature(declared.function).parameters.values())[1:]
        known = frozenset(parameter.name for parameter in parameters)
        needed = frozenset(parameter.name for parameter in parameters if parameter.default is parameter.empty)
        self._parameters[name] = known, needed
        self._names[declared.function] = name

    def name(self, function: Callable[..., Any]) -> str:
        """Return the name of a function's job. Raises `DeveloperError` where it is none of this addon set."""
        name = self._names.get(function)
        if name is None:
            label = getattr(function, "__qualname__", repr(function))
            raise DeveloperError(
                "jobs.unknown",
                "no job of the enabled addons is this function",
                where=getattr(function, "__module__", None),
                value=label,
                near=nearest(label, [name.partition(".")[2] for name in self.jobs]),
                remedy="declare it with @job in the addon's jobs.py, and enable the addon",
            )
        return name

    def check(self, name: str, payload: dict[str, Any]) -> None:
        """Refuse a payload that the function does not take or that JSON cannot carry."""
        declared = self.jobs[name]
        known, needed = self._parameters[name]
        for wrong in sorted(set(payload) - known) + sorted(needed - set(payload)):
            raise DeveloperError(
                "jobs.payload",
                "the job has no such parameter" if wrong in payload else "the job needs this parameter",
                where=declared.where,
                value=wrong,
                near=nearest(wrong, known),
                remedy=f"call env.defer({declared.function.__name__}, {'=..., '.join(sorted(known))}=...)",
            )
        for key, value in payload.items():
            _check_json(value, f"{declared.where}, parameter {key}")
        if (size := len(json.dumps(payload))) > MAX_PAYLOAD:
            raise DeveloperError(
                "jobs.payload-size",
                f"a job carries at most {MAX_PAYLOAD} characters of JSON",
                where=declared.where,
                value=size,
                remedy="hand over ids and read the records in the job",
            )


def _check_json(value: object, where: str) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, list):
        for item in value:
            _check_json(item, where)
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for item in value.values():
            _check_json(item, where)
        return
    raise DeveloperError(
        "jobs.payload-value",
        f"a job's payload is JSON without floats, not {type(value).__name__}",
        where=where,
        value=str(value)[:80],
        remedy="hand over the record's id, and numbers and dates as text",
    )


_BOOKS: WeakKeyDictionary[Any, Book] = WeakKeyDictionary()


def book_of(registry: Any) -> Book:
    """Return the book of a registry, made once for all sites that share it."""
    book = _BOOKS.get(registry)
    if book is None:
        book = _BOOKS[registry] = Book(registry.units)
    return book
