"""Every rule of conformance can fail: for each there is an addon that breaks it, and one that keeps them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.twins import TWINS, write
from tradewright.conformance import RULES, examine, find_subject
from tradewright.conformance.bench import Bench
from tradewright.orm import batch

FRAMEWORK = {"C702"}
"""Rules that only a broken framework breaks: that twin is below."""


def test_every_rule_has_a_twin_that_breaks_it() -> None:
    assert set(TWINS) | FRAMEWORK == set(RULES)


def test_the_healthy_addon_reaches_gold(tmp_path: Path) -> None:
    package = write(tmp_path / "addons", "healthy")
    with Bench(tmp_path / "bench") as bench:
        verdict = examine(find_subject(str(package), bench=bench))
    assert [str(finding) for finding in verdict.findings] == []
    assert (verdict.addon, verdict.reached, len(verdict.ran)) == ("healthy", "gold", len(RULES))


@pytest.mark.parametrize("code", TWINS)
def test_an_addon_that_breaks_a_rule_is_found(code: str, tmp_path: Path) -> None:
    name = f"twin_{code.lower()}"
    package = write(tmp_path / "addons", name, TWINS[code])
    with Bench(tmp_path / "bench") as bench:
        findings = list(RULES[code].check(find_subject(str(package), bench=bench)))
    assert findings, f"{code} finds nothing"
    assert any(TWINS[code].found.replace("NAME", name) in str(finding) for finding in findings), str(findings[0])
    for finding in findings:
        assert (finding.code, finding.addon) == (code, name)
        assert finding.problem
        assert finding.where
        assert finding.remedy


def test_a_list_that_asks_for_each_row_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "load", lambda _state: None)  # lazy loads are no longer made for all rows at once
    package = write(tmp_path / "addons", "unbatched")
    with Bench(tmp_path / "bench") as bench:
        findings = list(RULES["C702"].check(find_subject(str(package), bench=bench)))
    assert [finding.value for finding in findings] == ["/office/unbatched.Note?view=unbatched.note_list"]
    assert "statements for 2 rows" in findings[0].problem


def test_an_addon_that_breaks_whatever_looks_at_it_is_told(tmp_path: Path) -> None:
    package = write(tmp_path / "addons", "breaking")
    (package / "models/note.py").write_text("def load(:\n", encoding="utf-8")
    with Bench(tmp_path / "bench") as bench:
        verdict = examine(find_subject(str(package), bench=bench))
    assert (verdict.reached, verdict.below("bronze")) == ("", True)
    told = [finding for finding in verdict.findings if finding.code == "C102"]
    assert told[0].problem.startswith("[addons.import] tradewright_breaking")
    assert told[0].where.endswith("models/note.py:1")
