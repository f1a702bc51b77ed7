"""Exemptions and tiers: a reason takes a finding off, a stale exemption counts, the lowest finding decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.twins import TWINS, Twin, write
from tradewright.base import DeveloperError
from tradewright.conformance import RULES, Verdict, examine, find_subject

STATIC = [rule for rule in RULES.values() if rule.kind == "static"]


def verdict(tmp_path: Path, name: str, quality: str, twin: Twin | None = None) -> Verdict:
    package = write(tmp_path, name, twin)
    manifest = package / "addon.toml"
    manifest.write_text(f"{manifest.read_text()}\n{quality}", encoding="utf-8")
    return examine(find_subject(str(package)), STATIC)


def test_an_exemption_with_a_reason_takes_its_findings_off(tmp_path: Path) -> None:
    found = verdict(
        tmp_path,
        "exempted",
        '[quality]\ntier = "gold"\n[quality.exempt]\nC208 = "A tool for the terminal of developers"',
        TWINS["C208"],
    )
    assert (found.findings, [one.code for one in found.exempt]) == ((), ["C208"])
    assert (found.claimed, found.reached, found.passes("gold")) == ("gold", "gold", True)


def test_a_stale_exemption_fails_whatever_the_tier(tmp_path: Path) -> None:
    found = verdict(tmp_path, "staled", '[quality.exempt]\nC208 = "We printed in former times"')
    assert "\n".join(map(str, found.findings)) == (
        "[C002] a stale exemption: the rule finds nothing\n"
        "  addon:  staled\n"
        "  where:  addon.toml, key quality.exempt.C208\n"
        "  value:  'C208'\n"
        "  remedy: remove the line"
    )
    assert (found.reached, found.passes("bronze")) == ("gold", False)


def test_an_exemption_from_an_unknown_rule_names_the_nearest(tmp_path: Path) -> None:
    found = verdict(tmp_path, "unknowing", '[quality.exempt]\nC2008 = "We printed in former times"')
    assert [finding.code for finding in found.findings] == ["C001"]
    assert found.findings[0].near[0] == "C208"
    assert not found.passes("bronze")


def test_an_addon_below_the_tier_that_it_claims_fails(tmp_path: Path) -> None:
    found = verdict(tmp_path, "claiming", '[quality]\ntier = "gold"', TWINS["C302"])
    assert (found.reached, found.passes("gold"), found.passes("silver")) == ("silver", False, True)


def test_an_exemption_needs_a_reason_of_ten_characters(tmp_path: Path) -> None:
    package = write(tmp_path, "curt")
    manifest = package / "addon.toml"
    manifest.write_text(f'{manifest.read_text()}\n[quality.exempt]\nC208 = "because"\n', encoding="utf-8")
    found = list(RULES["C101"].check(find_subject(str(package))))
    assert [finding.problem for finding in found] == [
        "[addons.manifest.reason] an exemption needs a reason of at least 10 characters"
    ]


def test_an_unknown_tier_is_told_with_the_known_ones(tmp_path: Path) -> None:
    package = write(tmp_path, "platinum")
    manifest = package / "addon.toml"
    manifest.write_text(f'{manifest.read_text()}\n[quality]\ntier = "golden"\n', encoding="utf-8")
    found = list(RULES["C101"].check(find_subject(str(package))))
    assert [(finding.value, finding.near) for finding in found] == [("golden", ("gold",))]


def test_an_addon_that_is_nowhere_is_told_with_the_nearest_name() -> None:
    with pytest.raises(DeveloperError) as caught:
        find_subject("helpdeks")
    assert (caught.value.code, caught.value.near) == ("conformance.unknown-addon", ("helpdesk",))
