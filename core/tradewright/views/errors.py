"""Where a view's element was written, and the errors that say so.

| code | meaning |
|---|---|
| `views.syntax` | the file is not acceptable XML |
| `views.element` | an element or attribute that the kind of view does not know |
| `views.slot` | a slot that is unknown, nameless or declared twice |
| `views.path` | an XPath that does not name one element, or a position that does not fit |
| `views.reference` | a model, field, operation, view, menu or role that does not exist in this addon set |
| `views.duplicate` | an id used twice |
| `views.dependency` | a thing of an addon that the view's addon does not depend on |
| `views.condition` | a condition that cannot be read, or that compares what cannot be compared |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tradewright.base.errors import DeveloperError, nearest


@dataclass(frozen=True, slots=True)
class Place:
    """An addon, a file in it and a line."""

    addon: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def encode(self) -> str:
        """One text that `decode` reads back."""
        return f"{self.addon}|{self.line}|{self.file}"

    @classmethod
    def decode(cls, text: str) -> Place:
        """The place that `encode` wrote; an unstamped element gives an empty place."""
        addon, _, rest = text.partition("|")
        line, _, file = rest.partition("|")
        return cls(addon, file, int(line or 0))


class ViewError(DeveloperError):
    """A mistake in a view file."""


def view_error(
    code: str, problem: str, place: Place, *, value: str | None = None, near: Iterable[str] = (), remedy: str
) -> ViewError:
    """The error for what was written at `place`."""
    return ViewError(code, problem, addon=place.addon, where=str(place), value=value, near=near, remedy=remedy)


def near_or_all(value: str, candidates: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """The nearest existing names, or the first few where none comes near: an author wants to see what there is."""
    names = sorted(set(candidates))
    return nearest(value, names, limit) or tuple(names[:limit])
