"""Agreement with the official rules: unit cases in both directions, and whole documents with their official verdict."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tradewright_einvoice.engine import check
from tradewright_einvoice.engine.rules.sets import RULE_SETS, rule_set

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")

#: By rule set with official unit cases: each case that we judge differently, with the reason. Empty: full agreement.
DISAGREEMENTS: dict[str, dict[str, str]] = {"en16931-ubl": {}, "peppol-ubl": {}}
#: Rules that a set does not report yet. BR-66 and BR-67 are now UBL-SR-54 and -55; the five others can't be broken:
#: BR-CO-05 to -08 are true by definition, and BR-DEC-13 and -15 never fire officially (UBL-DT-01 sees the same).
MISSING = {
    "en16931": {"BR-CO-05", "BR-CO-06", "BR-CO-07", "BR-CO-08", "BR-DEC-13", "BR-DEC-15"},
    "peppol": set[str](),
    "peppol-selfbilling": set[str](),
}


def cases(name: str) -> list[dict[str, Any]]:
    with (REFERENCE / "units" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def fires(rule: str, found: set[str]) -> bool:
    return rule in found or any(re.fullmatch(re.escape(rule) + r"-\d+", other) for other in found)


def rules(**wanted: str) -> list[dict[str, str]]:
    with (REFERENCE / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if all(row[key] == value for key, value in wanted.items())]


@pytest.mark.parametrize("name", sorted(DISAGREEMENTS))
def test_every_official_unit_case_is_judged_as_officially(name: str) -> None:
    different = {
        case["id"]
        for case in cases(name)
        if fires(case["rule"], {finding.rule for finding in check(case["xml"].encode(), name)}) != case["fires"]
    }
    assert different == set(DISAGREEMENTS[name])


@pytest.mark.parametrize("name", sorted(DISAGREEMENTS))
def test_a_firing_case_has_the_official_severity(name: str) -> None:
    for case in cases(name):
        if not case["fires"]:
            continue
        found = check(case["xml"].encode(), name)
        severities = {finding.severity for finding in found if finding.rule == case["rule"]}
        assert severities == {case["severity"]}, case["id"]


@pytest.mark.parametrize(
    ("name", "official"),
    [("en16931-ubl", "en16931"), ("peppol-ubl", "peppol"), ("peppol-selfbilling", "peppol-selfbilling")],
)
def test_what_is_not_covered_is_listed(name: str, official: str) -> None:
    wanted = {row["id"] for row in rules(ruleset=official) if "UBL" in row["syntax"]}
    ours = {rule for rule in rule_set(name).ids if not rule.startswith("TW-")}
    assert wanted - ours == MISSING[official]
    assert ours - wanted == set()


def examples() -> list[dict[str, str]]:
    if not REFERENCE.is_dir():
        return []
    with (REFERENCE / "examples" / "index.csv").open(encoding="utf-8", newline="") as lines:
        return [
            row for row in csv.DictReader(lines) if row["syntax"] == "UBL" and row["kind"] in {"invoice", "credit note"}
        ]


@pytest.mark.parametrize("row", examples(), ids=lambda row: row["file"])
def test_a_whole_document_has_exactly_the_official_findings(row: dict[str, str]) -> None:
    document = (REFERENCE / "examples" / row["file"]).read_bytes()
    sets = [name for name in row["rulesets"].split() if name in RULE_SETS]
    found = [finding for name in sets for finding in check(document, name)]
    fatal = {finding.rule for finding in found if finding.severity == "fatal"}
    warnings = {finding.rule for finding in found if finding.severity == "warning"}
    if set(sets) == set(row["rulesets"].split()):
        assert fatal == set(row["fatal"].split())
        assert warnings == set(row["warning"].split())
    else:  # also judged by a set that is not built
        assert fatal <= set(row["fatal"].split())
        assert warnings <= set(row["warning"].split())
    assert all(finding.message and finding.location.startswith("/") and finding.line for finding in found)
