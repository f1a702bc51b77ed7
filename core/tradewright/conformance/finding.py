"""What a rule of conformance is, and what it finds."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tradewright.addons import TIERS
from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from tradewright.conformance.subject import Subject

Kind = Literal["static", "living"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an addon gets wrong: the rule, the place (`file:line`, seen from the addon's package), the remedy."""

    problem: str
    where: str
    remedy: str
    value: str = ""
    near: tuple[str, ...] = ()
    code: str = ""
    addon: str = ""

    def __str__(self) -> str:
        error = DeveloperError(
            self.code,
            self.problem,
            addon=self.addon,
            where=self.where,
            value=self.value or None,
            near=self.near,
            remedy=self.remedy,
        )
        return str(error)

    def to_json(self) -> dict[str, object]:
        """Return the finding as plain data for machines."""
        return {
            "code": self.code,
            "addon": self.addon,
            "problem": self.problem,
            "where": self.where,
            "value": self.value,
            "near": list(self.near),
            "remedy": self.remedy,
        }


def _place(fault: Exception, subject: Subject) -> str:
    """Return where in the addon an error came up, else its package."""
    frames = [one for one in traceback.extract_tb(fault.__traceback__) if one.filename.startswith(str(subject.folder))]
    return f"{subject.named(Path(frames[-1].filename))}:{frames[-1].lineno}" if frames else subject.package


Check = Callable[["Subject"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `reason` says in one line why it is there, `tier` which tier of quality asks for it.

    A *static* rule reads files and imports the addon; a *living* one makes sites, and opens their pages.
    """

    code: str
    name: str
    reason: str
    tier: str
    kind: Kind
    run: Check

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Give what the addon gets wrong by this rule, exempt or not, each thing once."""
        seen: set[Finding] = set()
        for finding in self._found(subject):
            whole = replace(finding, code=self.code, addon=subject.name)
            if whole not in seen:
                seen.add(whole)
                yield whole

    def _found(self, subject: Subject) -> Iterator[Finding]:
        try:
            yield from self.run(subject)
        except Exception as fault:  # noqa: BLE001  an addon may break whatever looks at it
            cause = str(fault).partition("\n")[0]
            problem = f"the rule can't be applied: {type(fault).__name__}: {cause}"
            yield Finding(problem, _place(fault, subject), "mend what the rules before this one tell")

    @property
    def page(self) -> str:
        """Return where the rule is explained."""
        return f"docs/reference/conformance.md, {self.code}"


RULES: dict[str, Rule] = {}
"""All rules by code, in the order of their codes once `tradewright.conformance` is imported."""


def rule(code: str, *, tier: str, kind: Kind = "static") -> Callable[[Check], Check]:
    """Declare a rule: a function of a `Subject`. Its name says what must be so, its docstring why."""

    def declare(function: Check) -> Check:
        if code in RULES or tier not in TIERS:
            raise DeveloperError("conformance.rule", "two rules have one code, or a rule has no tier", value=code)
        name = function.__name__.replace("_", " ")
        reason = (function.__doc__ or "").strip().partition("\n")[0]
        RULES[code] = Rule(code, name, reason, tier, kind, function)
        return function

    return declare


def of_error(error: DeveloperError) -> Finding:
    """Turn an error of the framework into a finding."""
    return Finding(
        problem=f"[{error.code}] {error.problem}",
        where=error.where or "",
        value="" if error.value is None else str(error.value),
        near=error.near,
        remedy=error.remedy or "see the error code in docs/reference/error-codes.md",
    )
