"""Rules that official cases never break: each is broken here once, and nothing else is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tradewright_einvoice.engine import (
    Account,
    Address,
    AllowanceCharge,
    Attachment,
    Card,
    Contact,
    DirectDebit,
    Finding,
    Identifier,
    Invoice,
    Note,
    Party,
    PaymentInstructions,
    PrecedingInvoice,
    SupportingDocument,
    UnknownNameError,
    check,
    check_profile,
    complete,
    profile_for,
    write,
)
from tradewright_einvoice.engine.testing import IBAN, sample_buyer, sample_invoice, sample_line, sample_seller

Change = Callable[[Invoice], Invoice]


def address(country: str, **changes: Any) -> Address:
    return Address(**{"line_1": "High Street 1", "city": "Town", "post_code": "12345", "country": country, **changes})


def abroad(country: str, vat: str, *, buyer: str | None = None, **changes: Any) -> Invoice:
    """An invoice of a seller in the country to a buyer in the same or another."""
    seller = sample_seller(
        address=address(country),
        vat_id=vat,
        trading_name="Seller",
        registration=changes.pop("registration", Identifier("123")),
        tax_id=changes.pop("tax_id", None),
        endpoint=changes.pop("endpoint", Identifier("4012345000009", "0088")),
    )
    to = sample_buyer(
        address=address(buyer or country),
        trading_name="Buyer",
        vat_id=changes.pop("buyer_vat", "FR40303265045"),
        registration=changes.pop("buyer_registration", None),
        endpoint=changes.pop("buyer_endpoint", Identifier("4012345000009", "0088")),
        identifiers=(),
    )
    return sample_invoice(seller=seller, buyer=to, **changes)


GERMAN = sample_invoice(buyer_reference="B-1", buyer=sample_buyer(address=address("DE"), vat_id="DE987654321"))
DANISH = abroad("DK", "DK12345678", registration=Identifier("12345678", "0184"), buyer_vat="DK87654321")
ITALIAN = abroad("IT", "IT00743110157", tax_id="RSSMRA85T10A562S")
DUTCH = abroad("NL", "NL123456789B01", registration=Identifier("12345678", "0106"), buyer="FR")
SWEDISH = abroad(
    "SE",
    "SE556012579001",
    registration=Identifier("5560125790", "0007"),
    lines=(sample_line(vat_rate=Decimal(25)),),
    payment=PaymentInstructions(means="30", accounts=(Account(id="5555555", bank="SE:BANKGIRO"),)),
)
NORWEGIAN = abroad("NO", "NO991825827MVA", tax_id="Foretaksregisteret", registration=Identifier("991825827", "0192"))
ICELANDIC = abroad("IS", "IS12345", registration=Identifier("5302694059", "0196"), buyer="FR")
GREEK = abroad(
    "GR",
    "EL094259216",
    buyer="FR",
    endpoint=Identifier("094259216", "9933"),
    number="094259216|12/03/2026|0|1.1|A|417",
    supporting_documents=(
        SupportingDocument(reference="400001234", description="##M.AR.K##"),
        SupportingDocument(reference="URL", description="##INVOICE|URL##", uri="https://x.example/v"),
    ),
)
BASES = {
    "German": GERMAN,
    "Danish": DANISH,
    "Italian": ITALIAN,
    "Dutch": DUTCH,
    "Swedish": SWEDISH,
    "Norwegian": NORWEGIAN,
    "Icelandic": ICELANDIC,
    "Greek": GREEK,
}


def with_(**changes: Any) -> Change:
    return lambda invoice: complete(replace(invoice, **changes))


def seller(**changes: Any) -> Change:
    return lambda invoice: replace(invoice, seller=replace(invoice.seller, **changes))


def buyer(**changes: Any) -> Change:
    return lambda invoice: replace(invoice, buyer=replace(invoice.buyer, **changes))


def at(who: str, **changes: Any) -> Change:
    def change(invoice: Invoice) -> Invoice:
        party: Party = getattr(invoice, who)
        moved: dict[str, Any] = {who: replace(party, address=replace(party.address, **changes))}
        return replace(invoice, **moved)

    return change


def delivered_to(**changes: Any) -> Change:
    def change(invoice: Invoice) -> Invoice:
        assert invoice.delivery is not None
        assert invoice.delivery.address is not None
        return replace(
            invoice, delivery=replace(invoice.delivery, address=replace(invoice.delivery.address, **changes))
        )

    return change


def paid(means: str, **changes: Any) -> Change:
    return with_(payment=PaymentInstructions(means=means, **changes))


DEBIT = {"payment": PaymentInstructions(means="59", debit=DirectDebit(mandate="M-1", account=IBAN))}
CARD = Card(number="1234")
FILE = Attachment(content=b"x", mime_type="text/csv", filename="a.csv")
FILES = tuple(SupportingDocument(reference=name, attachment=FILE) for name in "ab")
CONTACT = {"name": "Ada", "phone": "040 123", "email": "ada@nordlicht.example"}
BROKEN: list[tuple[str, Change, str]] = [
    ("German", with_(payment=None), "DE-R-001"),
    ("German", seller(contact=None), "DE-R-002"),
    ("German", at("seller", city=None), "DE-R-003"),
    ("German", at("seller", post_code=None), "DE-R-004"),
    ("German", seller(contact=Contact(**{**CONTACT, "name": None})), "DE-R-005"),
    ("German", seller(contact=Contact(**{**CONTACT, "phone": None})), "DE-R-006 DE-R-027"),
    ("German", seller(contact=Contact(**{**CONTACT, "email": None})), "DE-R-007 DE-R-028"),
    ("German", at("buyer", city=None), "DE-R-008"),
    ("German", at("buyer", post_code=None), "DE-R-009"),
    ("German", delivered_to(city=None), "DE-R-010"),
    ("German", delivered_to(post_code=None), "DE-R-011"),
    ("German", with_(buyer_reference=None), "DE-R-015"),
    ("German", seller(vat_id=None), "DE-R-016 BR-S-02"),
    ("German", with_(type_code="383"), "DE-R-017"),
    ("German", with_(payment_terms="#SKONTO#TAGE=14#PROZENT=2.0#\n"), "DE-R-018"),
    ("German", with_(payment_terms="#SKONTO#TAGE=14#PROZENT=2.00#"), "DE-R-018"),
    ("German", with_(payment_terms="#SKONTO#TAGE=14#PROZENT=2.00#\n"), ""),
    ("German", paid("58", accounts=(Account(id="DE02120300000000202052"),)), "DE-R-019"),
    ("German", with_(**DEBIT, creditor_id="DE98ZZZ09999999999"), ""),
    (
        "German",
        with_(
            payment=PaymentInstructions(means="59", debit=DirectDebit(mandate="M-1", account="12")),
            creditor_id="DE98ZZZ09999999999",
        ),
        "DE-R-020",
    ),
    ("German", with_(supporting_documents=FILES), "DE-R-022"),
    ("German", paid("30"), "DE-R-023-1 BR-61"),
    ("German", paid("30", accounts=(Account(id=IBAN),), card=CARD), "DE-R-023-2"),
    ("German", paid("48"), "DE-R-024-1"),
    ("German", paid("48", card=CARD, accounts=(Account(id=IBAN),)), "DE-R-024-2"),
    ("German", paid("59"), "DE-R-025-1 DE-R-020 PEPPOL-EN16931-R061"),
    ("German", with_(type_code="384"), "DE-R-026"),
    ("German", with_(type_code="384", preceding=(PrecedingInvoice(number="1"),)), ""),
    ("German", with_(**DEBIT), "DE-R-030"),
    ("German", with_(notes=(Note("one"), Note("two"))), ""),
    ("German", with_(supporting_documents=(SupportingDocument(reference="a", uri="a.pdf"),)), "DE-R-T02"),
    ("Danish", seller(registration=None), "DK-R-002"),
    ("Danish", seller(registration=Identifier("12345678")), "DK-R-014"),
    ("Danish", buyer(registration=Identifier("87654321")), "DK-R-017"),
    ("Danish", seller(identifiers=(Identifier("1"),)), "DK-R-013"),
    ("Danish", paid("97", accounts=(Account(id="1"),)), ""),
    ("Danish", paid("2"), "DK-R-005"),
    ("Danish", paid("42", accounts=(Account(id="1"),)), "DK-R-006"),
    ("Danish", paid("50", reference="01#", accounts=(Account(id="1234567"),)), ""),
    ("Danish", paid("50", reference="04#1", accounts=(Account(id="1234567"),)), "DK-R-009"),
    ("Danish", paid("93", reference="73#", accounts=(Account(id="12345678"),)), ""),
    ("Danish", paid("93", reference="71#", accounts=(Account(id="12345678"),)), "DK-R-011"),
    ("Danish", paid("93", reference="99#", accounts=(Account(id="12345678"),)), "DK-R-010"),
    ("Italian", seller(tax_id="short"), "IT-R-001"),
    ("Italian", at("seller", line_1=None), "IT-R-002"),
    ("Italian", at("seller", city=None), "IT-R-003"),
    ("Italian", at("seller", post_code=None), "IT-R-004"),
    ("Dutch", with_(type_code="381"), "NL-R-001"),
    ("Dutch", with_(type_code="381", preceding=(PrecedingInvoice(number="1"),)), ""),
    ("Dutch", at("seller", line_1=None), "NL-R-002"),
    ("Dutch", seller(registration=Identifier("12345678")), "NL-R-003"),
    ("Dutch", with_(payment=None), "NL-R-007"),
    (
        "Dutch",
        with_(order_reference=None, buyer_reference="B", lines=(sample_line(order_line="1"),)),
        "NL-R-009",
    ),
    ("Dutch", seller(vat_id="NL12345678"), "PEPPOL-COMMON-R056-2"),
    ("Dutch", seller(registration=Identifier("1234567", "0106")), "PEPPOL-COMMON-R054"),
    ("Swedish", seller(vat_id="SE55601257900"), "SE-R-001"),
    ("Swedish", seller(registration=Identifier("556012579")), "SE-R-004 SE-R-013"),
    ("Swedish", seller(registration=Identifier("5560125791")), "SE-R-013"),
    ("Swedish", seller(tax_id="F-skatt"), "SE-R-005"),
    ("Swedish", seller(tax_id="Godkänd för F-skatt"), ""),
    ("Swedish", with_(lines=(sample_line(),)), "SE-R-006"),
    ("Swedish", paid("31", accounts=(Account(id="5555555"),)), "SE-R-012"),
    ("Norwegian", seller(vat_id="NO991825828MVA"), "NO-R-001"),
    ("Norwegian", seller(tax_id=None), "NO-R-002"),
    ("Norwegian", seller(registration=Identifier("991825828", "0192")), "PEPPOL-COMMON-R041"),
    ("Icelandic", with_(type_code="383"), "IS-R-001"),
    ("Icelandic", seller(registration=Identifier("5302694059")), "IS-R-002"),
    ("Icelandic", at("seller", line_1=None), "IS-R-003"),
    ("Icelandic", paid("9", accounts=(Account(id="1"),)), "IS-R-006"),
    ("Icelandic", paid("42", accounts=(Account(id="123456789012"),)), ""),
    (
        "Icelandic",
        with_(supporting_documents=(SupportingDocument(reference="2026-04-10", description="EINDAGI"),)),
        "IS-R-010",
    ),
    (
        "Icelandic",
        with_(due_date=None, supporting_documents=(SupportingDocument(reference="10.4.2026", description="EINDAGI"),)),
        "IS-R-008 IS-R-009 IS-R-010",
    ),
    ("Greek", with_(number="1"), " ".join(f"GR-R-001-{part}" for part in range(1, 8))),
    ("Greek", seller(trading_name=None), "GR-R-002"),
    ("Greek", buyer(trading_name=None), "GR-R-005"),
    ("Greek", with_(supporting_documents=GREEK.supporting_documents[1:]), "GR-R-004-1"),
    ("Greek", seller(endpoint=Identifier("4012345000009", "0088")), "GR-R-009"),
    ("German", buyer(endpoint=Identifier("4012345000008", "0088")), "PEPPOL-COMMON-R040"),
    ("German", buyer(endpoint=Identifier("123456789", "0096")), "PEPPOL-COMMON-R052"),
    ("German", buyer(endpoint=Identifier("12345678", "0198")), "PEPPOL-COMMON-R053"),
    ("Dutch", with_(type_code="326"), "PEPPOL-EN16931-P0112"),
    ("Dutch", with_(notes=(Note("one"), Note("two"))), "PEPPOL-EN16931-R002"),
    ("German", with_(type_code="389"), "PEPPOL-EN16931-P0100"),
    ("German", with_(type_code="261"), "PEPPOL-EN16931-P0101 DE-R-017"),
    (
        "German",
        with_(
            allowances=(AllowanceCharge(amount=Decimal(1), vat_category="S", vat_rate=Decimal(19), reason_code="1"),)
        ),
        "BR-CL-19 PEPPOL-EN16931-CL002",
    ),
    (
        "German",
        with_(charges=(AllowanceCharge(amount=Decimal(1), vat_category="S", vat_rate=Decimal(19), reason_code="1"),)),
        "BR-CL-20 PEPPOL-EN16931-CL003",
    ),
    ("German", with_(tax_point_code="1"), "BR-CL-06 PEPPOL-EN16931-CL006"),
    ("Dutch", with_(order_reference=None), "PEPPOL-EN16931-R003"),
    ("German", with_(tax_point_code="35", tax_point_date=date(2026, 3, 12)), "BR-CO-03"),
]


@pytest.mark.parametrize("name", sorted(BASES))
def test_an_invoice_of_each_country_is_valid(name: str) -> None:
    assert check_profile(write(BASES[name])) == []


@pytest.mark.parametrize(("name", "change", "rules"), BROKEN, ids=[f"{name}-{rules}" for name, _, rules in BROKEN])
def test_breaking_one_thing_breaks_its_rules_only(name: str, change: Change, rules: str) -> None:
    found = {finding.rule for finding in check_profile(write(change(BASES[name])))}
    assert found == set(rules.split())


def test_a_finding_says_what_where_and_which_term() -> None:
    amount = b"%s</cbc:TaxInclusiveAmount>"
    document = write(sample_invoice()).replace(amount % b"297.50", amount % b"297.51")
    assert check(document, "en16931-ubl") == [
        Finding(
            rule="BR-CO-16",
            severity="fatal",
            message=(
                "The amount to pay is 297.50; the total with VAT 297.51, less 0 paid, plus 0 rounding, gives another."
            ),
            location="/inv:Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",
            line=106,
            term="BT-115",
        ),
        Finding(
            rule="BR-CO-15",
            severity="fatal",
            message="The total with VAT is 297.51; 250.00 plus VAT 47.50 is another.",
            location="/inv:Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
            line=105,
            term="BT-112",
        ),
    ]


def test_a_finding_counts_repeated_elements() -> None:
    document = write(sample_invoice()).replace(b"<cbc:Name>Cable ties</cbc:Name>", b"")
    assert [(finding.rule, finding.location) for finding in check(document, "en16931-ubl")] == [
        ("BR-25", "/inv:Invoice/cac:InvoiceLine[2]")
    ]


def test_a_rule_set_runs_alone_and_a_profile_runs_all_of_its_own() -> None:
    document = write(sample_invoice(), profile="en16931")
    assert check(document, "en16931-ubl") == []
    assert {finding.rule for finding in check(document, "peppol-ubl")} == {
        "PEPPOL-EN16931-R001",
        "PEPPOL-EN16931-R004",
        "PEPPOL-EN16931-R007",
    }
    assert check_profile(document) == []
    assert len(check_profile(document, "peppol")) == 3


def test_the_profile_of_a_document_is_known_by_its_specification() -> None:
    assert profile_for("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0").name == "peppol"
    assert profile_for(" urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0 ").name == "xrechnung"
    assert profile_for("anything else").name == "en16931"


def test_an_unknown_rule_set_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError) as caught:
        check(b"<x/>", "ehf")
    assert str(caught.value).startswith("There is no rule set 'ehf'. Known are: en16931-cii, en16931-ubl, ")
