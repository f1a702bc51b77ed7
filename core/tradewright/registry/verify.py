"""Invariants: queries that must stay empty. Every addon registers its own, `tradewright verify` runs them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewright.base import DeveloperError
from tradewright.registry.collect import Unit, unit_of

if TYPE_CHECKING:
    from tradewright.orm import Env

Check = Callable[["Env"], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule about the data: `code` is permanent, `says` the rule in words, `check` yields what breaks it.

    What breaks a `notice` is no fault of the data, but something that somebody should see to.
    """

    code: str
    says: str
    check: Check
    module: str
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that breaks an invariant, or a `notice`."""

    code: str
    says: str
    detail: str
    notice: bool = False


INVARIANTS: dict[str, Invariant] = {}
LIMIT = 50


def invariant(code: str, *, notice: bool = False) -> Callable[[Check], Check]:
    """Register a function as the check of an invariant; its docstring's first line is the rule in words.

    The function gets an `Env` with the system's rights, reads only, and yields one sentence for each violation.
    """

    def register(check: Check) -> Check:
        known = INVARIANTS.get(code)
        if known is not None and (known.module, known.check.__name__) != (check.__module__, check.__name__):
            raise DeveloperError(
                "verify.twice",
                "two invariants have one code",
                where=f"{known.module} and {check.__module__}",
                value=code,
            )
        says = (check.__doc__ or code).strip().splitlines()[0]
        INVARIANTS[code] = Invariant(code, says, check, check.__module__, notice)
        return check

    return register


def invariants_of(units: Sequence[Unit]) -> list[Invariant]:
    """Return the invariants of an addon set, by code."""
    return [one for _code, one in sorted(INVARIANTS.items()) if unit_of(one.module, units) is not None]


def verify(env: Env, units: Sequence[Unit]) -> Iterator[Violation]:
    """Run all invariants of an addon set; at most 50 violations of each are told."""
    for one in invariants_of(units):
        for count, detail in enumerate(one.check(env)):
            if count == LIMIT:
                yield Violation(one.code, one.says, "… and more", one.notice)
                break
            yield Violation(one.code, one.says, detail, one.notice)
