"""Hostile and broken bytes: one clear finding each, never a traceback, soon."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewright_einvoice.engine import EngineError, XmlError, check, check_profile, read, write
from tradewright_einvoice.engine.rules.base import MOST_OF_A_RULE
from tradewright_einvoice.engine.rules.sets import RULE_SETS
from tradewright_einvoice.engine.testing import sample_invoice
from tradewright_einvoice.engine.xml import MAX_BYTES, MAX_TWINS, _names, parse

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">'
    b'<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">]>'
    b'<Invoice xmlns="' + INVOICE.encode() + b'" note="&g;">&g;</Invoice>'
)
DTD = "The file has a document type definition (DTD), which an invoice must not have."


def test_entities_are_refused_before_they_grow() -> None:
    started = time.process_time()
    findings = check(LAUGHS, "peppol-ubl")
    assert time.process_time() - started < 1
    assert [(finding.rule, finding.severity) for finding in findings] == [("TW-XML-01", "fatal")]
    assert findings[0].location == ""


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><x/>',
        b"<!DOCTYPE x><x/>",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
    ],
)
def test_a_document_type_definition_is_refused(document: bytes) -> None:
    with pytest.raises(XmlError) as caught:
        parse(document)
    assert caught.value.message == DTD


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary-4711")
    document = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><Invoice xmlns="{INVOICE}">&e;</Invoice>'.encode()
    findings = check(document, "en16931-ubl")
    assert [finding.message for finding in findings] == [DTD]


@pytest.mark.parametrize("document", [b"", b"   ", b"%PDF-1.7", b"PK\x03\x04", b"<a><b></a>", b"{}", b"<a/><b/>"])
def test_what_is_no_xml_says_why(document: bytes) -> None:
    findings = check(document, "en16931-ubl")
    assert [(finding.rule, finding.severity) for finding in findings] == [("TW-XML-01", "fatal")]
    assert findings[0].message.startswith("The file is not well-formed XML: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "windows-1252", "us-ascii"])
def test_a_declared_encoding_is_read(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    text = write(sample_invoice()).decode().replace('encoding="UTF-8"', f'encoding="{name}"')
    expected = read(write(sample_invoice()))
    assert read(text.encode(encoding, "xmlcharrefreplace")) == expected
    assert check(text.encode(encoding, "xmlcharrefreplace"), "en16931-ubl") == []


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_needs_its_mark_only(mark: bytes) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    text = write(sample_invoice()).decode().partition("?>")[2]
    assert check(mark + text.encode(codec), "en16931-ubl") == []


REFUSED = "The file is encoded as {}, which is not read; use UTF-8."
OTHER = "The file says that it is encoded as {}, but it is {}."


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b'<?xml version="1.0" encoding="UTF-7"?><x/>', REFUSED.format("UTF-7")),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x+AD4-+ADw-/x+AD4-', REFUSED.format("UTF-7")),
        (b'<?xml version="1.0" encoding="IBM037"?><x/>', REFUSED.format("IBM037")),
        (b'<?xml version="1.0" encoding="utf-16"?><x/>', REFUSED.format("utf-16")),
        ("<x/>".encode("utf-32"), REFUSED.format("UTF-32")),
        ('<?xml version="1.0"?><x/>'.encode("utf-32-be"), REFUSED.format("UTF-32")),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="iso-8859-1"?><x/>', OTHER.format("iso-8859-1", "UTF-8")),
        ('<?xml version="1.0" encoding="UTF-8"?><x/>'.encode("utf-16"), OTHER.format("UTF-8", "UTF-16")),
        (b"\xff\xfe<\0x\0>\0\0\xd8", "The file starts like UTF-16, but has bytes that are not."),
    ],
)
def test_another_encoding_than_the_named_one_is_refused(document: bytes, message: str) -> None:
    assert [(finding.rule, finding.message) for finding in check_profile(document)] == [("TW-XML-01", message)]


@pytest.mark.parametrize(
    "document",
    [
        b'<?xml version="1.0" encoding="nonsense"?><x/>',
        b'<?xml version="1.0" encoding="UTF-8"?><x>\xff\xfe</x>',
        "<x/>".encode("utf-16-be"),
        "<x/>".encode("cp037"),
        b"<x>\x00</x>",
        b"<x>&#0;</x>",
        b"<x>&#xD800;</x>",
        b"<x>\xed\xa0\x80</x>",
    ],
)
def test_a_wrong_encoding_is_a_finding(document: bytes) -> None:
    assert [finding.rule for finding in check_profile(document)] == ["TW-XML-01"]


def memory() -> int:
    """What this process occupies, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc to see how much memory is used")
@pytest.mark.parametrize("content", [b"<cac:InvoiceLine/>", b"<a/>", b"<a b='1'/>", b"<a>x</a>"])
def test_five_hundred_thousand_lines_are_refused_before_they_fill_the_memory(content: bytes) -> None:
    document = write(sample_invoice()).replace(b"</Invoice>", content * 500_000 + b"</Invoice>")
    before, started = memory(), time.process_time()
    found = [(finding.rule, finding.message) for finding in check_profile(document)]
    message = "The file has more than 250,000 elements or attributes; that many are not read at once."
    assert found == [("TW-XML-01", message)]
    assert memory() - before < 64_000_000
    assert time.process_time() - started < 1


def test_too_many_attributes_are_refused() -> None:
    document = b"<x " + b" ".join(b'a%d="1"' % number for number in range(600_000)) + b"/>"
    assert [finding.rule for finding in check_profile(document)] == ["TW-XML-01"]


def test_the_same_element_thousands_of_times_in_one_place_is_refused() -> None:
    subtotals = b"<cac:TaxSubtotal><cbc:TaxAmount>1</cbc:TaxAmount></cac:TaxSubtotal>" * (MAX_TWINS + 1)
    document = write(sample_invoice()).replace(
        b"</Invoice>", b"<cac:TaxTotal>" + subtotals + b"</cac:TaxTotal></Invoice>"
    )
    assert [finding.message for finding in check_profile(document)] == [
        "The file has more than 2,000 elements cac:TaxSubtotal in one place; that many are not read."
    ]


def test_many_rates_of_many_lines_are_judged_soon() -> None:
    category = "<cbc:ID>S</cbc:ID><cbc:Percent>{0}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    part = "<cac:TaxSubtotal><cbc:TaxAmount>1</cbc:TaxAmount><cac:TaxCategory>{0}</cac:TaxCategory></cac:TaxSubtotal>"
    item = "<cac:Item><cac:ClassifiedTaxCategory>{0}</cac:ClassifiedTaxCategory></cac:Item>"
    line = f"<cac:InvoiceLine>{item}</cac:InvoiceLine>"
    rates = [category.format(rate) for rate in range(10_000)]
    content = f"<cac:TaxTotal>{''.join(map(part.format, rates[:MAX_TWINS]))}</cac:TaxTotal>"
    content += "".join(map(line.format, rates))
    document = write(sample_invoice()).replace(b"</Invoice>", content.encode() + b"</Invoice>")
    started = time.process_time()
    assert "BR-S-08" in {finding.rule for finding in check_profile(document)}
    assert time.process_time() - started < 10


def test_findings_far_down_a_large_document_are_found_soon() -> None:
    line = b"<cac:InvoiceLine><cbc:Note/><cac:Item/><cac:Price/></cac:InvoiceLine>"
    document = write(sample_invoice()).replace(b"</Invoice>", line * 20_000 + b"</Invoice>")
    started = time.process_time()
    found = check_profile(document)
    assert time.process_time() - started < 10
    assert {finding.location for finding in found} >= {"/inv:Invoice/cac:InvoiceLine[102]"}


def test_names_of_a_hostile_document_are_not_kept() -> None:
    before = len(_names)
    check_profile(b"<x>" + b"".join(b"<%s%d/>" % (b"n" * 300, number) for number in range(100)) + b"</x>")
    assert len(_names) - before <= 1


def test_too_many_bytes_are_not_even_parsed() -> None:
    findings = check(b" " * (MAX_BYTES + 1), "en16931-ubl")
    assert [finding.message for finding in findings] == ["The file has 33,554,433 bytes; at most 33,554,432 are read."]


def test_deep_nesting_is_refused() -> None:
    findings = check(b"<a>" * 100_000 + b"</a>" * 100_000, "en16931-ubl")
    assert [finding.rule for finding in findings] == ["TW-XML-01"]


def test_another_document_is_one_finding() -> None:
    findings = check(b"<html><body>404</body></html>", "peppol-ubl")
    assert [(finding.rule, finding.message, finding.location) for finding in findings] == [
        (
            "TW-XML-02",
            "The rules peppol-ubl are for cn:CreditNote or inv:Invoice, but the document starts with html.",
            "/html",
        )
    ]


def test_a_thousand_faults_of_a_rule_are_reported_a_hundred_times() -> None:
    line = b"<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>"
    document = write(sample_invoice()).replace(b"</Invoice>", line * 1000 + b"</Invoice>")
    findings = check(document, "en16931-ubl")
    assert sum(finding.rule == "BR-22" for finding in findings) == MOST_OF_A_RULE


@pytest.mark.parametrize(
    "number", ["abc", "", "1e400", "NaN", "1_000", "１２", "1,5", "0x10", "9" * 5000, "--1", "1.2.3"]
)
def test_what_is_no_number_is_named_and_the_other_rules_still_run(number: str) -> None:
    document = write(sample_invoice()).replace(b">297.50<", f">{number}<".encode())
    found = {finding.rule: finding for finding in check(document, "en16931-ubl")}
    assert found["TW-DT-01"].term in {"BT-112", "BT-115"}
    assert "BR-CO-10" not in found
    with pytest.raises(EngineError):
        read(document)


def test_a_day_that_is_none_is_named() -> None:
    document = write(sample_invoice()).replace(b"2026-03-12", b"2026-02-30")
    found = {finding.rule: finding for finding in check_profile(document)}
    assert found["TW-DT-02"].message == "'2026-02-30' is no date (YYYY-MM-DD)."
    assert found["PEPPOL-EN16931-F001"].severity == "fatal"


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")
@pytest.mark.parametrize("path", sorted((REFERENCE / "examples").glob("*/*.xml")), ids=lambda path: path.name)
def test_every_document_is_checked_and_read_or_refused(path: Path) -> None:
    document = path.read_bytes()
    for name in RULE_SETS:
        check(document, name)
    with suppress(EngineError):
        read(document)


MUTATIONS = st.tuples(st.integers(0, 10**6), st.sampled_from(["drop", "twice", "text", "attribute", "empty", "bytes"]))


@given(st.lists(MUTATIONS, min_size=1, max_size=6), st.text(max_size=12), st.binary(max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_mangled_invoice_never_raises_anything_but_our_own_error(
    mutations: list[tuple[int, str]], text: str, noise: bytes
) -> None:
    lines = write(sample_invoice()).split(b"\n")
    for place, kind in mutations:
        at = 1 + place % (len(lines) - 2)
        match kind:
            case "drop":
                lines[at] = b""
            case "twice":
                lines[at] *= 2
            case "text":
                start, end = lines[at].find(b">"), lines[at].find(b"</")
                if 0 <= start < end:
                    safe = text.replace("&", "").replace("<", "").encode(errors="ignore")
                    lines[at] = lines[at][: start + 1] + safe + lines[at][end:]
            case "attribute":
                lines[at] = lines[at].replace(b' currencyID="EUR"', b"").replace(b"schemeID", b"listID")
            case "empty":
                start, end = lines[at].find(b">"), lines[at].find(b"</")
                lines[at] = lines[at][: start + 1] + lines[at][end:] if 0 <= start < end else lines[at]
            case _:
                lines[at] += noise
    document = b"\n".join(lines)
    for name in RULE_SETS:
        check(document, name)
    with suppress(EngineError):
        read(document)
