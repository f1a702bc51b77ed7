"""The rules of conformance as tests: `pytest --pyargs tradewright.testing.conformance --addon NAME`, one for each rule.

Without `--addon` it holds the addons of the project to them. A rule above the tier that an addon claims is no failure:
what it finds is an expected one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tradewright.addons import TIERS
from tradewright.conformance import RULES, Finding, Rule, Subject, find_subject, judge
from tradewright.conformance.bench import Bench
from tradewright.testing import run
from tradewright.testing.binaries import Unavailable
from tradewright.testing.plugin import addons_path

if TYPE_CHECKING:
    from tradewright.conformance.bench import Copy

_subjects: dict[tuple[str, int], Subject] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test for each rule and addon."""
    if "conformance_addon" in metafunc.fixturenames:
        names = chosen_addons(metafunc.config)
        pairs = [(name, rule) for name in names for rule in RULES.values()]
        readable = [f"{name}-{rule.code}-{rule.name.replace(' ', '_')}" for name, rule in pairs]
        if "conformance_rule" in metafunc.fixturenames:
            metafunc.parametrize(("conformance_addon", "conformance_rule"), pairs, ids=readable)
        else:
            metafunc.parametrize("conformance_addon", names)


def chosen_addons(config: pytest.Config) -> list[str]:
    """Return the addons that are checked: those of `--addon`, else those that lie in the project."""
    given: list[str] = config.getoption("--addon") or []
    found = [
        path.parent.name.removeprefix("tradewright_")
        for folder in addons_path(config)
        for path in sorted([*folder.glob("tradewright_*/addon.toml"), *folder.glob("*/tradewright_*/addon.toml")])
    ]
    return given or list(dict.fromkeys(found))


@pytest.fixture(scope="session")
def conformance_bench() -> Iterator[Bench]:
    """Sites on SQLite, and on PostgreSQL where this machine has it."""
    with (
        tempfile.TemporaryDirectory(prefix="tradewright-check-") as folder,
        Bench(Path(folder), postgresql=_copy()) as bench,
    ):
        yield bench


def _copy() -> Copy | None:
    try:
        databases = run.databases(run.cluster_url())
    except Unavailable:
        return None
    return lambda name, build: databases.fresh(databases.template(name, build))


def subject_of(name: str, config: pytest.Config, bench: Bench) -> Subject:
    """Return the addon under examination, the same one for all rules."""
    key = (name, id(bench))
    if key not in _subjects:
        _subjects[key] = find_subject(name, paths=addons_path(config), bench=bench)
    return _subjects[key]


def hold(subject: Subject, rule: Rule) -> None:
    """Fail where an addon breaks a rule of the tier that it claims (bronze if it claims none) without a reason."""
    findings = tuple(rule.check(subject))
    verdict = judge(subject, {rule.code: findings})
    if not verdict.findings:
        return
    said = "\n".join([f"{rule.name}: {rule.reason} ({rule.page})", *map(str, verdict.findings)])
    claimed = verdict.claimed or TIERS[0]
    if TIERS.index(rule.tier) > TIERS.index(claimed) and all(one.code == rule.code for one in verdict.findings):
        pytest.xfail(f"above {claimed}: {said}")
    pytest.fail(said, pytrace=False)


def test_rule(
    conformance_addon: str, conformance_rule: Rule, conformance_bench: Bench, request: pytest.FixtureRequest
) -> None:
    """An addon keeps the rule, or says why it can't."""
    hold(subject_of(conformance_addon, request.config, conformance_bench), conformance_rule)


def test_exemptions(conformance_addon: str, conformance_bench: Bench, request: pytest.FixtureRequest) -> None:
    """An addon gives exemptions from rules that exist only; stale ones fail with their rule."""
    subject = subject_of(conformance_addon, request.config, conformance_bench)
    wrong: tuple[Finding, ...] = judge(subject, {}).findings
    assert not wrong, "\n".join(map(str, wrong))
