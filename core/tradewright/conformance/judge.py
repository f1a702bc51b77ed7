"""From findings to a verdict: exemptions are taken off, stale and unknown ones count, the tier that is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tradewright.addons import TIERS, Quality
from tradewright.base import nearest
from tradewright.conformance.finding import RULES, Finding, Rule
from tradewright.conformance.subject import Subject

OPEN = ("C001", "C002")
"""The codes of findings about exemptions: an unknown rule, and a rule that finds nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of an addon.

    `findings` are what counts, `exempt` what the addon gave a reason for; `reached` is the highest tier without a
    finding among the rules that ran ("" where not even bronze is), `claimed` what the manifest says.
    """

    addon: str
    claimed: str
    reached: str
    findings: tuple[Finding, ...]
    exempt: tuple[Finding, ...]
    ran: tuple[str, ...]

    def below(self, tier: str) -> bool:
        """Tell whether the addon misses a tier."""
        return bool(tier) and (not self.reached or TIERS.index(self.reached) < TIERS.index(tier))

    def passes(self, tier: str) -> bool:
        """Tell whether the addon reaches a tier, and gives no exemption that is stale or unknown."""
        return not self.below(tier) and not any(finding.code in OPEN for finding in self.findings)

    def to_json(self) -> dict[str, object]:
        """Return the verdict as plain data."""
        return {
            "addon": self.addon,
            "claimed": self.claimed,
            "reached": self.reached,
            "findings": [finding.to_json() for finding in self.findings],
            "exempt": [finding.to_json() for finding in self.exempt],
            "rules": list(self.ran),
        }


def examine(subject: Subject, rules: Iterable[Rule] | None = None) -> Verdict:
    """Hold an addon to the rules, to all of them where none are given."""
    chosen = tuple(RULES.values() if rules is None else rules)
    return judge(subject, {rule.code: tuple(rule.check(subject)) for rule in chosen})


def judge(subject: Subject, found: Mapping[str, Sequence[Finding]]) -> Verdict:
    """Turn what the rules found, by code, into a verdict; rules that did not run can't make an exemption stale."""
    quality = subject.manifest.quality if subject.manifest else Quality()
    counting = [one for code, findings in found.items() if code not in quality.exempt for one in findings]
    excused = [one for code, findings in found.items() if code in quality.exempt for one in findings]
    counting += unfounded(subject, quality, found)
    tiers = [RULES[one.code].tier for one in counting if one.code in RULES]
    lowest = min((TIERS.index(tier) for tier in tiers), default=len(TIERS))
    reached = TIERS[lowest - 1] if lowest else ""
    return Verdict(subject.name, quality.tier, reached, tuple(counting), tuple(excused), tuple(found))


def unfounded(subject: Subject, quality: Quality, found: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Return what is wrong with the exemptions themselves."""
    wrong: list[Finding] = []
    for code in quality.exempt:
        where = f"addon.toml, key quality.exempt.{code}"
        if code not in RULES:
            near = nearest(code, RULES) or tuple(RULES)[:3]
            remedy = "correct the code, or remove the line"
            problem = "an exemption from a rule that does not exist"
            wrong.append(Finding(problem, where, remedy, code, near, OPEN[0], subject.name))
        elif code in found and not found[code]:
            problem = "a stale exemption: the rule finds nothing"
            wrong.append(Finding(problem, where, "remove the line", code, (), OPEN[1], subject.name))
    return wrong
