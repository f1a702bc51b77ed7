"""The structure of UBL in the complete check: order, number and place of elements, which no official rule sees."""

import csv
from pathlib import Path

import pytest

from tradewright_einvoice.engine import Finding, check, check_profile, write
from tradewright_einvoice.engine.rules.sets import RULE_SETS
from tradewright_einvoice.engine.testing import sample_invoice

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
ISSUED = b"<cbc:IssueDate>2026-03-12</cbc:IssueDate>"


def found(document: bytes) -> list[Finding]:
    return [finding for finding in check_profile(document) if finding.rule.startswith("TW-ST-")]


def moved(document: bytes, part: bytes, before: bytes) -> bytes:
    assert part in document
    return document.replace(part, b"", 1).replace(before, part + before, 1)


def test_what_we_write_has_the_structure_of_ubl() -> None:
    assert found(write(sample_invoice())) == []


def test_an_element_out_of_order_is_named() -> None:
    document = moved(write(sample_invoice()), ISSUED, b"<cac:AccountingSupplierParty>")
    assert [(finding.rule, finding.severity) for finding in found(document)] == [("TW-ST-02", "fatal")]
    assert found(document)[0].message.startswith("The element cbc:IssueDate must stand before cac:")


def test_an_element_that_stands_once_is_not_repeated() -> None:
    document = write(sample_invoice()).replace(ISSUED, ISSUED * 2)
    assert [(finding.rule, finding.message) for finding in found(document)] == [
        ("TW-ST-03", "The element cbc:IssueDate may stand only once in inv:Invoice.")
    ]


@pytest.mark.parametrize(
    ("element", "severity", "message"),
    [
        (
            b"<cbc:IssueDay>1</cbc:IssueDay>",
            "warning",
            (
                "Neither EN 16931 nor this program knows the element cbc:IssueDay in inv:Invoice; "
                "a receiver may ignore it."
            ),
        ),
        (
            b"<Total>1</Total>",
            "fatal",
            "inv:Total is no element of UBL.",
        ),
        (b'<Total xmlns="">1</Total>', "fatal", "Total is no element of UBL."),
    ],
)
def test_an_element_that_ubl_has_not_is_named(element: bytes, severity: str, message: str) -> None:
    document = write(sample_invoice()).replace(ISSUED, ISSUED + element)
    assert [(finding.rule, finding.severity, finding.message) for finding in found(document)] == [
        ("TW-ST-01", severity, message)
    ]


def test_what_en_16931_does_not_use_is_no_unknown_element() -> None:
    document = write(sample_invoice()).replace(ISSUED, b"<cbc:UUID>1</cbc:UUID>" + ISSUED)
    assert [finding.rule for finding in check_profile(document)] == ["UBL-CR-005"]


def test_a_charge_without_indicator_is_named() -> None:
    allowance = (
        b'<cac:AllowanceCharge><cbc:Amount currencyID="EUR">0.00</cbc:Amount></cac:AllowanceCharge><cac:TaxTotal>'
    )
    document = write(sample_invoice()).replace(b"<cac:TaxTotal>", allowance, 1)
    assert [(finding.rule, finding.message) for finding in found(document)] == [
        ("TW-ST-04", "UBL demands the element cbc:ChargeIndicator in cac:AllowanceCharge.")
    ]


def test_a_rule_set_alone_says_nothing_of_structure() -> None:
    document = write(sample_invoice()).replace(ISSUED, ISSUED * 2)
    for name in RULE_SETS:
        assert not [finding for finding in check(document, name) if finding.rule.startswith("TW-ST-")]


def examples() -> list[dict[str, str]]:
    if not REFERENCE.is_dir():
        return []
    with (REFERENCE / "examples" / "index.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["syntax"] == "UBL" and row["xsd_valid"] in {"yes", "no"}]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")
@pytest.mark.parametrize("row", examples(), ids=lambda row: row["file"])
def test_a_document_is_faulty_in_structure_where_the_schema_says_so(row: dict[str, str]) -> None:
    fatal = [
        finding for finding in found((REFERENCE / "examples" / row["file"]).read_bytes()) if finding.severity == "fatal"
    ]
    assert bool(fatal) is (row["xsd_valid"] == "no")
