"""One conflict between addons, and who is independent of whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.addons import Part
    from tradewright.base import DeveloperError


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two addons that get into each other's way: `what` they do, `where` it is written, about which `value`.

    `blocking` where one of them would have no effect; else only the order of two effects is left to the alphabet.
    """

    code: str
    addons: tuple[str, ...]
    what: str
    where: str = ""
    value: str = ""
    near: tuple[str, ...] = ()
    remedy: str = ""
    blocking: bool = True

    @classmethod
    def of(cls, fault: DeveloperError) -> Conflict:
        """Return the conflict that a fault of composing is."""
        return cls(
            fault.code,
            (fault.addon,) if fault.addon else (),
            fault.problem,
            fault.where or "",
            "" if fault.value is None else str(fault.value),
            fault.near,
            fault.remedy or "",
        )

    def __str__(self) -> str:
        lines = [
            f"[{self.code}] {self.what}",
            f"  addons: {', '.join(self.addons)}",
            *(f"  {name} {text}" for name, text in (("where: ", self.where), ("value: ", self.value)) if text),
            *([f"  nearest: {', '.join(self.near)}"] if self.near else []),
            f"  remedy: {self.remedy}",
        ]
        return "\n".join(lines)


def independent(one: Part, other: Part) -> bool:
    """Tell whether two parts belong to different addons of which neither builds on the other."""
    return one.addon != other.addon and one.addon not in other.uses and other.addon not in one.uses


def rivals(parts: Iterable[Part]) -> Iterator[tuple[Part, Part]]:
    """Give the pairs of independent parts, in the order in which they apply."""
    for one, other in combinations(parts, 2):
        if independent(one, other):
            yield one, other
