"""Profiles: found by the specification that a document names, judged by their rules, written as they ask for."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tradewright_einvoice.engine import (
    PROFILES,
    Account,
    Contact,
    Identifier,
    Invoice,
    Item,
    Note,
    PaymentInstructions,
    Profile,
    Totals,
    WriteError,
    check_profile,
    complete,
    profile_for,
    profile_named,
    profiles,
    read,
    register,
    write,
)
from tradewright_einvoice.engine.omission import without
from tradewright_einvoice.engine.rules.sets import RULE_SETS, SLOTS
from tradewright_einvoice.engine.testing import IBAN, sample_buyer, sample_invoice, sample_line, sample_seller

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT.parent / "shared" / "einvoice"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")
EN = "urn:cen.eu:en16931:2017"
PEPPOL = f"{EN}#compliant#urn:fdc:peppol.eu:2017:poacc"
XRECHNUNG = f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"


@pytest.mark.parametrize(
    ("specification", "name"),
    [
        (EN, "en16931"),
        ("", "en16931"),
        ("anything else", "en16931"),
        (f" {PEPPOL}:billing:3.0\n", "peppol"),
        (f"{PEPPOL}:billing:3.0#conformant#urn:example:national:1.0", "peppol"),
        (f"{PEPPOL}:selfbilling:3.0", "peppol-selfbilling"),
        (XRECHNUNG, "xrechnung"),
        (f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.1", "xrechnung"),
        (f"{XRECHNUNG}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0", "xrechnung-extension"),
        (f"{XRECHNUNG}#conformant#urn:example:more", "xrechnung-extension"),
        (f"{XRECHNUNG}#compliant#urn:xeinkauf.de:kosit:xrechnung:cvd_0.9", "xrechnung-cvd"),
        (f"{EN}#compliant#urn:xoev-de:kosit:standard:xrechnung_1.2", "xrechnung-2"),
        (f"{EN}#compliant#urn:xoev-de:kosit:standard:xrechnung_2.3", "xrechnung-2"),
        ("urn:factur-x.eu:1p0:minimum", "factur-x-minimum"),
        ("urn:zugferd.de:2p0:minimum", "factur-x-minimum"),
        ("urn:factur-x.eu:1p0:basicwl", "factur-x-basicwl"),
        (f"{EN}#compliant#urn:factur-x.eu:1p0:basic", "factur-x-basic"),
        (f"{EN}#conformant#urn:factur-x.eu:1p0:extended", "factur-x-extended"),
        (f"{EN}#conformant#urn:zugferd.de:2p0:extended", "factur-x-extended"),
        (f"{EN}#compliant#urn:example:national:1.0", "en16931"),
    ],
)
def test_a_profile_is_found_by_its_specification(specification: str, name: str) -> None:
    assert profile_for(specification).name == name


@pytest.mark.parametrize("profile", PROFILES.values(), ids=str)
def test_a_profile_is_complete_and_its_rules_exist(profile: Profile) -> None:
    assert profile.title
    assert profile.release
    assert date.fromisoformat(profile.since) < date(2027, 1, 1)
    for syntax, names in profile.rule_sets.items():
        assert syntax in {"ubl", "cii"}
        assert set(names) <= set(RULE_SETS)
        assert {id(SLOTS[name]) for name in names} == {id(SLOTS[names[0]])}, "one view of the document for all"


@pytest.mark.parametrize("profile", [one for one in PROFILES.values() if one.written], ids=lambda one: one.name)
def test_what_is_written_for_a_profile_has_no_fatal_finding(profile: Profile) -> None:
    buyer = replace(sample_buyer(), registration=Identifier("303265045", "0002"))
    seller = sample_seller()
    process = None
    if profile.name == "fr-ctc":
        process = "B1"
        seller = replace(
            seller, registration=Identifier("732829320", "0002"), address=replace(seller.address, country="FR")
        )
    classified = Item(name="Van", classifications=(Identifier("N1", "CVD"),), properties=())
    lines = (sample_line(item=classified),) if profile.name == "xrechnung-cvd" else (sample_line(),)
    notes = (
        () if profile.name.startswith("peppol") else tuple(Note("See page 2", code) for code in ("PMT", "PMD", "AAB"))
    )
    invoice = sample_invoice(
        type_code="389" if profile.name == "peppol-selfbilling" else "380",
        buyer=buyer,
        seller=seller,
        process=process,
        buyer_reference="B-1",
        lines=lines,
        notes=notes,
        contract="C-1",
        tender="T-1",
    )
    for syntax in profile.rule_sets:
        document = write(invoice, syntax, profile)
        again = read(document)
        assert again.specification == profile.specification
        assert again.process == (profile.process or process)
        fatal = {finding.rule for finding in check_profile(document, profile) if finding.severity == "fatal"}
        assert fatal == ({"BR-DE-CVD-03", "BR-DE-CVD-06-a"} if profile.name == "xrechnung-cvd" else set())


def test_a_document_is_judged_by_the_profile_and_in_the_syntax_that_it_has() -> None:
    invoice = sample_invoice(buyer_reference=None, seller=replace(sample_seller(), contact=None))
    for syntax in ("ubl", "cii"):
        found = {finding.rule for finding in check_profile(write(invoice, syntax, "xrechnung"))}
        assert found == {"BR-DE-2", "BR-DE-15"}
        assert check_profile(write(invoice, syntax, "en16931")) == []
    other = check_profile(write(invoice, "cii", "en16931"), "peppol")
    assert [(one.rule, one.message) for one in other] == [
        ("TW-XML-02", "Peppol BIS Billing 3.0 is not written as CII.")
    ]
    assert other[0].text("de") == "Peppol BIS Billing 3.0 wird nicht als CII geschrieben."


def test_what_a_profile_does_not_write_is_refused() -> None:
    for profile, syntax, message in (
        ("peppol", "cii", "Peppol BIS Billing 3.0 is written as UBL, not as CII."),
        ("factur-x-basic", "ubl", "Factur-X / ZUGFeRD BASIC is written as CII, not as UBL."),
        (
            "factur-x-minimum",
            "cii",
            "Documents of Factur-X / ZUGFeRD MINIMUM are read and checked, but not written.",
        ),
        ("xrechnung-extension", "ubl", "Documents of XRechnung 3.0 Extension are read and checked, but not written."),
    ):
        with pytest.raises(WriteError) as caught:
            write(sample_invoice(), syntax, profile)
        assert str(caught.value) == message


def test_basic_leaves_out_what_it_has_no_place_for() -> None:
    invoice = sample_invoice(
        project="P-1",
        contract="C-1",
        payment=PaymentInstructions(means="58", accounts=(Account(id=IBAN, name="Nordlicht", bank="BYLADEM1001"),)),
        lines=(sample_line(note="Fragile", order_line="10", item=Item(name="Gloves", description="Leather")),),
    )
    basic = read(write(invoice, "cii", "factur-x-basic"))
    assert (basic.project, basic.contract, basic.seller.contact) == (None, "C-1", None)
    assert basic.payment == PaymentInstructions(means="58", accounts=(Account(id=IBAN),))
    assert basic.lines[0].item == Item(name="Gloves")
    assert (basic.lines[0].note, basic.lines[0].order_line) == ("Fragile", None)
    rounded = complete(replace(invoice, totals=Totals(rounding=Decimal("0.01"))))
    with pytest.raises(WriteError) as caught:
        write(rounded, "cii", "factur-x-basic")
    assert str(caught.value) == "Factur-X / ZUGFeRD BASIC has no place for the rounding of the amount to pay (BT-114)."


def test_fields_are_left_out_wherever_they_are() -> None:
    contact = Contact(name="A", phone="1")
    invoice = sample_invoice(seller=sample_seller(contact=contact), project="P")
    less = without(invoice, ("project", "seller.contact.phone", "lines.item.description", "payee.identifier"))
    assert less.project is None
    assert less.seller.contact == Contact(name="A")
    assert less.payee is None
    assert [line.item.description for line in less.lines] == [None, None]
    assert without(invoice, ()) == invoice


def test_a_package_may_add_a_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Profile(
        name="example-national",
        title="An example",
        specification=f"{EN}#compliant#urn:example:national:1.0",
        rule_sets={"ubl": ("en16931-ubl",)},
    )
    monkeypatch.delitem(profiles._by_name, own.name, raising=False)  # noqa: SLF001
    register(own)
    register(own)
    assert profile_named("example-national") is own
    assert profile_for(own.specification) is own
    assert check_profile(write(sample_invoice(), "ubl", "example-national")) == []
    with pytest.raises(ValueError, match="There is already another profile 'example-national' \\(An example\\)"):
        register(replace(own, title="Another"))
    del profiles._by_name[own.name]  # noqa: SLF001


def french() -> Invoice:
    seller = sample_seller(registration=Identifier("732829320", "0002"))
    seller = replace(seller, address=replace(seller.address, country="FR"))
    buyer = sample_buyer(registration=Identifier("303265045", "0002"))
    notes = tuple(Note("See page 2", code) for code in ("PMT", "PMD", "AAB"))
    return sample_invoice(seller=seller, buyer=buyer, notes=notes, process="S1")


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_the_french_reform_asks_for_more(syntax: str) -> None:
    whole = french()
    plain = Identifier("732829320")
    for rule, invoice in (
        (None, whole),
        ("TW-FR-01", replace(whole, process=None)),
        ("TW-FR-01", replace(whole, process="X1")),
        ("TW-FR-02", replace(whole, notes=whole.notes[1:])),
        ("TW-FR-03", replace(whole, seller=replace(whole.seller, registration=plain))),
        ("TW-FR-04", replace(whole, buyer=replace(whole.buyer, registration=None))),
        ("TW-FR-05", replace(whole, seller=replace(whole.seller, endpoint=None))),
        ("TW-FR-06", replace(whole, buyer=replace(whole.buyer, endpoint=None))),
        (None, sample_invoice()),  # not French
    ):
        found = check_profile(write(invoice, syntax, "fr-ctc"), "fr-ctc")
        assert [finding.rule for finding in found] == ([rule] if rule else [])
        assert all(finding.text("de") != finding.message for finding in found)


def examples() -> list[dict[str, str]]:
    if not REFERENCE.is_dir():
        return []
    with (REFERENCE / "examples" / "index.csv").open(encoding="utf-8", newline="") as lines:
        kinds = {"invoice", "credit note"}
        return [row for row in csv.DictReader(lines) if row["kind"] in kinds and row["valid"] == "yes"]


@needs_reference
@pytest.mark.parametrize("row", examples(), ids=lambda row: row["file"])
def test_a_valid_official_document_has_no_fatal_finding_in_its_own_profile(row: dict[str, str]) -> None:
    document = (REFERENCE / "examples" / row["file"]).read_bytes()
    assert [finding for finding in check_profile(document) if finding.severity == "fatal"] == []


def test_the_page_on_profiles_lists_each_as_it_is() -> None:
    page = (ROOT / "docs" / "reference" / "e-invoice-profiles.md").read_text(encoding="utf-8")
    for profile in PROFILES.values():
        written = ", ".join(syntax.upper() for syntax in profile.rule_sets if profile.writes(syntax)) or "no"
        read_as = ", ".join(syntax.upper() for syntax in profile.rule_sets)
        row = f"| `{profile.name}` | {profile.title} | {read_as} | {written} | {profile.release} | {profile.since} |"
        assert row in page
        assert f"`{profile.specification}`" in page
    names = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `") and line.count("|") == 7]
    assert names == list(PROFILES)
