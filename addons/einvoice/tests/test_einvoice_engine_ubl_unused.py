"""UBL-CR: every element and attribute that EN 16931 does not use is named, and nothing else is."""

from importlib.resources import files

import pytest

from tradewright_einvoice.engine import Finding, check, write
from tradewright_einvoice.engine.rules.sets import rule_set
from tradewright_einvoice.engine.testing import sample_invoice

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
TABLE = files("tradewright_einvoice.engine.rules").joinpath("ubl_unused.csv").read_text("utf-8").splitlines()[1:]
ROWS = [tuple(line.split(",")) for line in TABLE]


def document(place: str, kind: str = "Invoice") -> bytes:
    """A document that holds one place of the table and nothing else."""
    place = place.removeprefix("//").replace("line", f"cac:{kind}Line", 1) if place.startswith("line") else place
    steps = place.removeprefix("//").split("/")
    attribute = f' {steps.pop()[1:]}="x"' if steps[-1].startswith("@") else ""
    inner = ""
    for depth, step in enumerate(reversed(steps)):
        name, _, condition = step.partition("[")
        if condition:
            code = "130" if condition == "object]" else "50"
            inner = f"<cbc:DocumentTypeCode>{code}</cbc:DocumentTypeCode>{inner}"
        prefix = "" if ":" in name else "cbc:"
        inner = f"<{prefix}{name}{'' if depth else attribute}>{inner}</{prefix}{name}>"
    names = f'xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'
    names += f' xmlns:ext="{UBL}CommonExtensionComponents-2"'
    return f'<{kind} xmlns="{UBL}{kind}-2" {names}>{inner}</{kind}>'.encode()


def unused(content: bytes) -> list[Finding]:
    return [finding for finding in check(content, "en16931-ubl") if finding.rule.startswith("UBL-CR-")]


@pytest.mark.parametrize("kind", ["Invoice", "CreditNote"])
def test_every_place_of_the_table_is_reported(kind: str) -> None:
    for rule, only, place in ROWS:
        found = {finding.rule: finding for finding in unused(document(place, kind))}
        expected = only in {"", f"inv:{kind}"}
        assert (rule in found) is expected, (rule, place)
        if expected:
            assert found[rule].severity == ("fatal" if rule in {"UBL-CR-666", "UBL-CR-673"} else "warning")
            assert found[rule].line == 1


def test_places_overlap_only_where_the_table_does() -> None:
    overlapping = {664, 665, 669, 670, 671, 680, 633, 634, 635}
    for rule, _, place in ROWS:
        others = {finding.rule for finding in unused(document(place))} - {rule}
        assert {int(other[-3:]) for other in others} <= overlapping, (rule, place, others)


def test_all_rules_have_their_row() -> None:
    rows = {rule for rule, _, _ in ROWS}
    assert {rule for rule in rule_set("en16931-ubl").ids if rule.startswith("UBL-CR-")} == rows | {"UBL-CR-663"}
    assert len(rows) == 677


def test_the_message_names_the_element() -> None:
    content = write(sample_invoice()).replace(b"<cbc:IssueDate>", b"<cbc:UUID>1</cbc:UUID><cbc:IssueDate>", 1)
    assert [(finding.rule, finding.message, finding.location) for finding in unused(content)] == [
        (
            "UBL-CR-005",
            "EN 16931 does not use the element cbc:UUID here; a receiver may ignore it.",
            "/inv:Invoice/cbc:UUID",
        )
    ]


@pytest.mark.parametrize(("version", "rules"), [("2.1", []), ("2.0", ["UBL-CR-002"]), ("2.10", ["UBL-CR-002"])])
def test_the_ubl_version_is_the_one_we_read(version: str, rules: list[str]) -> None:
    stated = f"<cbc:UBLVersionID>{version}</cbc:UBLVersionID><cbc:CustomizationID>".encode()
    content = write(sample_invoice()).replace(b"<cbc:CustomizationID>", stated, 1)
    assert [finding.rule for finding in unused(content)] == rules


def test_an_attribute_is_reported_for_each_place_up_to_a_hundred() -> None:
    country = '<cac:Country><cbc:IdentificationCode listID="x">DE</cbc:IdentificationCode></cac:Country>'
    content = document("cbc:UUID").replace(b"<cbc:UUID></cbc:UUID>", (country * 150).encode())
    assert [finding.rule for finding in unused(content)] == ["UBL-CR-660"] * 100
