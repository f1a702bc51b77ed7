"""`tradewright addon check` tells what is wrong, why it matters and how to mend it; scripts read its exit code."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conformance.twins import TWINS, write


def test_what_is_wrong_is_told_with_the_rule_and_its_reason(run: Run, empty: Path) -> None:
    package = write(empty, "bareworded", TWINS["C302"])
    done = run("addon", "check", package, "--static", "--tier", "gold")
    assert (done.code, done.out) == (
        1,
        (
            "C302 (gold) words in templates are messages\n"
            "  Words between two tags stay English for everybody.\n"
            "  see docs/reference/conformance.md, C302\n"
            "[C302] words that can't be translated\n"
            "  addon:  bareworded\n"
            "  where:  templates/portal/bareworded.html:3\n"
            "  value:  'All the notes'\n"
            '  remedy: write {{ _("...") }}, or {% trans %}...{% endtrans %}\n'
            "\n"
            "bareworded: 23 rules, 1 findings; it reaches silver.\n"
            "It has to reach gold: mend what stands above.\n"
        ),
    )


def test_a_finding_above_the_tier_that_is_asked_for_is_no_failure(run: Run, empty: Path) -> None:
    package = write(empty, "goodenough", TWINS["C301"])
    done = run("addon", "check", package, "--static", "--rule", "C3")
    assert (done.code, done.out.splitlines()[-1]) == (0, "goodenough: 3 rules, 2 findings; it reaches silver.")


def test_an_addon_below_what_it_claims_fails(run: Run, empty: Path) -> None:
    package = write(empty, "boasting", TWINS["C208"])
    manifest = package / "addon.toml"
    manifest.write_text(f'{manifest.read_text()}\n[quality]\ntier = "silver"\n', encoding="utf-8")
    done = run("addon", "check", package, "--static")
    assert (done.code, done.out.splitlines()[-1]) == (1, "It claims silver: mend what stands above.")


def test_the_verdict_is_there_for_machines(run: Run, empty: Path) -> None:
    package = write(empty, "printing", TWINS["C208"])
    done = run("addon", "check", package, "--static", "--rule", "C208", "--json")
    assert (done.code, json.loads(done.out)) == (
        1,
        {
            "addon": "printing",
            "claimed": "",
            "reached": "",
            "wanted": "bronze",
            "passed": False,
            "rules": ["C208"],
            "exempt": [],
            "findings": [
                {
                    "code": "C208",
                    "addon": "printing",
                    "problem": "something is printed",
                    "where": "services/doing.py:3",
                    "value": "print",
                    "near": [],
                    "remedy": "log it, or return it",
                }
            ],
        },
    )


def test_a_sound_addon_passes_with_its_life_on_sites(run: Run, empty: Path) -> None:
    done = run("addon", "check", write(empty, "flawless"), "--tier", "gold")
    assert (done.code, done.out, done.err) == (0, "flawless: 34 rules, 0 findings; it reaches gold.\n", "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("helpdeks",), "[conformance.unknown-addon] "),
        (("base", "--rule", "C999"), "[cli.no-rule] "),
        (("base", "--database", "mysql://localhost"), "[cli.database-url] "),
    ],
)
def test_what_cannot_be_checked_is_told(run: Run, empty: Path, arguments: tuple[str, ...], code: str) -> None:
    del empty
    done = run("addon", "check", *arguments)
    assert done.code in {1, 3}
    assert done.err.startswith(code)
