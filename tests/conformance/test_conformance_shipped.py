"""Every shipped addon keeps every rule of conformance, and claims the top tier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repo.tree import addons
from tests.support.unguarded import without_row_rules
from tradewright.conformance import RULES, Rule, Subject, find_subject, judge
from tradewright.conformance.bench import Bench
from tradewright.conformance.rules.sites import worlds_of
from tradewright.conformance.worlds import MINE, THEIRS
from tradewright.testing.databases import Databases

NAMES = sorted(package.removeprefix("tradewright_") for package in addons())
STATIC = [rule for rule in RULES.values() if rule.kind == "static"]
LIVING = [rule for rule in RULES.values() if rule.kind == "living"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Sites on SQLite, shared by all addons: a site of all of them, and one of each alone."""
    with Bench(tmp_path_factory.mktemp("bench"), together=True) as made:
        yield made


@pytest.fixture(scope="module")
def subjects(bench: Bench) -> dict[str, Subject]:
    return {name: find_subject(name, bench=bench) for name in NAMES}


def _held(subject: Subject, rule: Rule) -> str:
    verdict = judge(subject, {rule.code: tuple(rule.check(subject))})
    return "\n".join(str(finding) for finding in verdict.findings)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_addon_claims_gold_and_gives_reasons(name: str, subjects: dict[str, Subject]) -> None:
    manifest = subjects[name].manifest
    assert manifest is not None
    assert manifest.quality.tier == "gold"
    assert all(len(reason.split()) > 4 for reason in manifest.quality.exempt.values())


@pytest.mark.parametrize("rule", STATIC, ids=lambda rule: rule.code)
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_addon_keeps_what_can_be_read(name: str, rule: Rule, subjects: dict[str, Subject]) -> None:
    assert not _held(subjects[name], rule)


@pytest.mark.parametrize("rule", LIVING, ids=lambda rule: rule.code)
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_addon_keeps_what_shows_on_a_site(name: str, rule: Rule, subjects: dict[str, Subject]) -> None:
    assert not _held(subjects[name], rule)


def test_the_customer_who_looks_has_something_to_see(subjects: dict[str, Subject]) -> None:
    worlds = worlds_of(subjects["b2b_portal"])
    assert worlds is not None
    assert {"sale.Order", "account.Invoice", "stock.Shipment", "helpdesk.Ticket"} <= worlds.theirs.records.keys()
    visitor = worlds.buyer()
    for path in ("orders", "invoices", "shipments", "tickets", "cart"):
        assert MINE in visitor.ask(f"/portal/{path}").text, path


def test_without_row_rules_the_customer_sees_the_others(
    subjects: dict[str, Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_row_rules(monkeypatch)
    leaking = {finding.value for finding in RULES["C801"].check(subjects["b2b_portal"])}
    assert {"sale.Order", "account.Invoice", "stock.Shipment", "base.Partner"} <= leaking
    worlds = worlds_of(subjects["b2b_portal"])
    assert worlds is not None
    visitor = worlds.buyer()
    assert all(THEIRS in visitor.ask(f"/portal/{path}").text for path in ("orders", "invoices", "shipments"))


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_addon_keeps_all_rules_in_each_of_its_sets_on_both_databases(
    name: str,
    tmp_path: Path,
    postgres_databases: Databases,
    postgres_template: Callable[[str, Callable[[str], None]], str],
) -> None:
    def copy(template: str, build: Callable[[str], None]) -> str:
        return postgres_databases.fresh(postgres_template(template, build))

    with Bench(tmp_path, postgresql=copy) as own:
        subject = find_subject(name, bench=own)
        for rule in RULES.values():
            assert not _held(subject, rule), rule.code
