"""The rules of XRechnung, in both syntaxes: each is broken here once, and nothing else is found."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tradewright_einvoice.engine import (
    Account,
    Address,
    AllowanceCharge,
    Attachment,
    Card,
    Contact,
    Delivery,
    DirectDebit,
    Finding,
    Identifier,
    Invoice,
    Item,
    ItemProperty,
    PaymentInstructions,
    Period,
    PrecedingInvoice,
    Price,
    Profile,
    SupportingDocument,
    check,
    profile_named,
    write,
)
from tradewright_einvoice.engine.rules.sets import rule_set
from tradewright_einvoice.engine.rules.xrechnung.document import CIUS, EXTENSION, VEHICLES
from tradewright_einvoice.engine.rules.xrechnung.payment import is_iban
from tradewright_einvoice.engine.testing import IBAN, sample_buyer, sample_invoice, sample_line, sample_seller

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")
Change = Callable[[Invoice], Invoice]
BOTH = ("ubl", "cii")


def profile(specification: str) -> Profile:
    return replace(profile_named("xrechnung"), specification=specification)


def german(**changes: Any) -> Invoice:
    """A valid XRechnung."""
    buyer = sample_buyer(address=Address(line_1="Rathausplatz 1", city="Bremen", post_code="28195", country="DE"))
    return sample_invoice(**{"buyer_reference": "04011000-12345-03", "buyer": buyer, **changes})


def findings(invoice: Invoice, syntax: str, specification: str = CIUS) -> list[Finding]:
    found = check(write(invoice, syntax, profile(specification)), f"xrechnung-{syntax}")
    assert all(finding.text("de") != finding.message for finding in found), "each has a German text"
    return found


def broken(invoice: Invoice, syntax: str, specification: str = CIUS) -> set[str]:
    return {finding.rule for finding in findings(invoice, syntax, specification)}


def having(**changes: Any) -> Change:
    return lambda invoice: replace(invoice, **changes)


def seller(**changes: Any) -> Change:
    return lambda invoice: replace(invoice, seller=replace(invoice.seller, **changes))


def contact(**changes: Any) -> Change:
    base = sample_seller().contact
    assert base is not None
    return seller(contact=replace(base, **changes))


def address(who: str, **changes: Any) -> Change:
    def change(invoice: Invoice) -> Invoice:
        party = getattr(invoice, who)
        return replace(invoice, **{who: replace(party, address=replace(party.address, **changes))})

    return change


def pay(means: str, **details: Any) -> Change:
    return having(payment=PaymentInstructions(means=means, **details))


def line(**changes: Any) -> Change:
    return lambda invoice: replace(invoice, lines=(replace(invoice.lines[0], **changes), *invoice.lines[1:]))


def priced(**changes: Any) -> Change:
    return line(price=replace(Price(net=Decimal("12.50")), **changes))


def discount(**changes: Any) -> Change:
    return having(allowances=(AllowanceCharge(**{"amount": Decimal(0), "reason": "x", **changes}),))


def text(*values: tuple[bytes, bytes]) -> Callable[[bytes], bytes]:
    def change(document: bytes) -> bytes:
        for old, new in values:
            assert old in document, old
            document = document.replace(old, new)
        return document

    return change


TRANSFER = (Account(id=IBAN),)
FILE = Attachment(content=b"x", mime_type="text/csv", filename="a.csv")
CHANGES: list[tuple[str, Change]] = [
    ("BR-DE-1", having(payment=None)),
    ("BR-DE-15", having(buyer_reference=None)),
    ("BR-DE-16", seller(vat_id=None)),
    ("BR-DE-17", having(type_code="386")),
    ("BR-DE-26", having(type_code="384")),
    ("BR-DE-2", seller(contact=None)),
    ("BR-DE-5", contact(name=None)),
    ("BR-DE-6 BR-DE-27", contact(phone=None)),
    ("BR-DE-27", contact(phone="12 a")),
    ("BR-DE-7 BR-DE-28", contact(email=None)),
    ("BR-DE-28", contact(email="mail@host")),
    ("BR-DE-28", contact(email="a@b@c.example")),
    ("BR-DE-3", address("seller", city=None)),
    ("BR-DE-4", address("seller", post_code=None)),
    ("BR-DE-8", address("buyer", city=None)),
    ("BR-DE-9", address("buyer", post_code=None)),
    ("BR-DE-10", address("delivery", city=None)),
    ("BR-DE-11", address("delivery", post_code=None)),
    ("BR-DE-18", having(payment_terms="#SKONTO#TAGE=14#PROZENT=2.00#")),
    ("BR-DE-18", having(payment_terms="#SKONTO#TAGE=14#PROZENT=2.0#\n")),
    ("BR-DE-18", having(payment_terms="#Skonto#TAGE=14#PROZENT=2.00#\n")),
    ("BR-DE-19", pay("58", accounts=(Account(id="DE03120300000000202051"),))),
    ("BR-DE-23-b", pay("30", accounts=TRANSFER, card=Card(number="1234"))),
    ("BR-DE-24-a", pay("48")),
    ("BR-DE-24-b", pay("54", accounts=TRANSFER, card=Card(number="1234"))),
    ("BR-DE-14", having(vat_breakdown=tuple(replace(part, rate=None) for part in german().vat_breakdown))),
    ("BR-DE-TMP-32", having(delivery=None)),
    ("BR-DE-22", having(supporting_documents=tuple(SupportingDocument(reference=n, attachment=FILE) for n in "12"))),
    ("BR-TMP-2", having(supporting_documents=(SupportingDocument(reference="1", uri="a.pdf"),))),
    ("PEPPOL-EN16931-R010", lambda invoice: replace(invoice, buyer=replace(invoice.buyer, endpoint=None))),
    ("PEPPOL-EN16931-R020", seller(endpoint=None)),
    ("PEPPOL-EN16931-R054 PEPPOL-EN16931-R055", having(vat_currency="SEK")),
    ("PEPPOL-EN16931-R120", line(net=Decimal("125.03"))),
    ("PEPPOL-EN16931-R121", priced(base_quantity=Decimal(-1), net=Decimal("-12.50"))),
    ("PEPPOL-EN16931-R130", priced(base_quantity=Decimal(1), base_unit="KGM")),
    ("PEPPOL-EN16931-R046", priced(gross=Decimal(20), discount=Decimal(7))),
    ("PEPPOL-EN16931-R041", discount(percent=Decimal(10))),
    ("PEPPOL-EN16931-R042", discount(base=Decimal(10))),
    ("PEPPOL-EN16931-R040", discount(percent=Decimal(10), base=Decimal(10), amount=Decimal("1.03"))),
]


@pytest.mark.parametrize("syntax", BOTH)
def test_a_german_invoice_has_no_findings(syntax: str) -> None:
    assert findings(german(), syntax) == []
    assert findings(german(payment_terms="#SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=100.00#\n"), syntax) == []


@pytest.mark.parametrize("syntax", BOTH)
@pytest.mark.parametrize(("rules", "change"), CHANGES)
def test_a_broken_rule_is_found_alone(rules: str, change: Change, syntax: str) -> None:
    assert broken(change(german()), syntax) == set(rules.split())


@pytest.mark.parametrize("syntax", BOTH)
def test_another_specification_is_a_warning(syntax: str) -> None:
    found = findings(german(), syntax, "urn:cen.eu:en16931:2017")
    assert [(one.rule, one.severity, one.term) for one in found] == [("BR-DE-21", "warning", "BT-24")]
    assert found[0].message == "The specification 'urn:cen.eu:en16931:2017' is none of XRechnung 3.0."
    assert found[0].text("de") == "Die Spezifikation 'urn:cen.eu:en16931:2017' ist keine von XRechnung 3.0."


def test_a_direct_debit_needs_creditor_account_and_mandate() -> None:
    complete = german(
        creditor_id="DE98ZZZ09999999999",
        payment=PaymentInstructions(means="59", debit=DirectDebit(mandate="M-1", account=IBAN)),
    )
    for syntax in BOTH:
        assert broken(complete, syntax) == set()
        assert broken(replace(complete, creditor_id=None), syntax) == {"BR-DE-30"}
        assert broken(pay("59", debit=DirectDebit(mandate="M-1"))(complete), syntax) == {"BR-DE-31", "BR-DE-20"}
        assert broken(pay("59", debit=DirectDebit(mandate="M", account="X"))(complete), syntax) == {"BR-DE-20"}
        assert broken(pay("59", debit=DirectDebit(account=IBAN))(complete), syntax) == {"PEPPOL-EN16931-R061"}
    nothing = pay("59")(replace(complete, creditor_id=None))
    assert broken(nothing, "ubl") == {"BR-DE-20", "BR-DE-25-a", "PEPPOL-EN16931-R061"}
    assert broken(nothing, "cii") == broken(nothing, "ubl")
    transfer = pay("59", accounts=TRANSFER, debit=DirectDebit(mandate="M-1", account=IBAN))(complete)
    assert broken(transfer, "ubl") == broken(transfer, "cii") == {"BR-DE-25-b"}


def test_a_transfer_without_account() -> None:
    assert broken(pay("30")(german()), "ubl") == broken(pay("30")(german()), "cii") == {"BR-DE-23-a"}


def test_periods_of_lines_lie_within_that_of_the_invoice() -> None:
    whole = Period(start=date(2026, 2, 1), end=date(2026, 2, 28))
    for period, rules in (
        (whole, set[str]()),
        (Period(start=date(2026, 1, 31), end=date(2026, 2, 1)), {"PEPPOL-EN16931-R110"}),
        (Period(start=date(2026, 2, 1), end=date(2026, 3, 1)), {"PEPPOL-EN16931-R111"}),
    ):
        invoice = line(period=period)(german(period=whole))
        assert broken(invoice, "ubl") == broken(invoice, "cii") == rules


def test_the_period_of_each_line_says_when_it_was_delivered() -> None:
    lines = tuple(replace(one, period=Period(start=date(2026, 2, 1))) for one in german().lines)
    invoice = replace(german(delivery=Delivery(name="Dock 2")), lines=lines)
    assert broken(invoice, "ubl") == broken(invoice, "cii") == set()


def test_forint_may_differ_by_more() -> None:
    for currency, rules in (("EUR", {"PEPPOL-EN16931-R120"}), ("HUF", set[str]())):
        invoice = line(net=Decimal("125.50"))(german(currency=currency))
        assert broken(invoice, "ubl") == broken(invoice, "cii") == rules


def test_signs_of_the_vat_totals_agree() -> None:
    invoice = german(vat_currency="SEK")
    for amount, rules in ((Decimal(10), set[str]()), (Decimal(-10), {"PEPPOL-EN16931-R055"})):
        found = replace(invoice, totals=replace(invoice.totals, vat_accounting=amount))
        assert broken(found, "ubl") == broken(found, "cii") == rules


@pytest.mark.parametrize(
    ("syntax", "change", "rules"),
    [
        ("ubl", text((b"false</cbc:ChargeIndicator>", b"no</cbc:ChargeIndicator>")), {"PEPPOL-EN16931-R043"}),
        ("cii", text((b"false</udt:Indicator>", b"no</udt:Indicator>")), {"PEPPOL-EN16931-R043-1"}),
        ("ubl", text((b"</cbc:AllowanceChargeReason>", b"</cbc:AllowanceChargeReason><cbc:X> </cbc:X>")), {"R008"}),
        ("cii", text((b"</ram:Reason>", b"</ram:Reason><ram:X/>")), {"R008"}),
        ("ubl", text((b"<cbc:ProfileID>", b"<cbc:Y>"), (b"</cbc:ProfileID>", b"</cbc:Y>")), {"R001"}),
        (
            "cii",
            text(
                (b"<ram:BusinessProcessSpecifiedDocumentContextParameter>", b"<ram:Y>"),
                (b"</ram:BusinessProcessSpecifiedDocumentContextParameter>", b"</ram:Y>"),
            ),
            {"R001"},
        ),
        ("ubl", text((b"<cbc:DocumentTypeCode>130<", b"<cbc:DocumentTypeCode>131<")), {"R101"}),
        ("cii", text((b"<ram:TypeCode>130<", b"<ram:TypeCode>131<")), {"R101"}),
        (
            "ubl",
            text((b"<cbc:BuyerReference>", b"<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode><cbc:BuyerReference>")),
            {"R005", "R054"},
        ),
        (
            "cii",
            text(
                (
                    b"<ram:InvoiceCurrencyCode>",
                    b"<ram:TaxCurrencyCode>EUR</ram:TaxCurrencyCode><ram:InvoiceCurrencyCode>",
                )
            ),
            {"R005", "R054"},
        ),
        ("ubl", text((b"<cac:TaxSubtotal>", b"<cac:Z>"), (b"</cac:TaxSubtotal>", b"</cac:Z>")), {"R053", "R054"}),
        (
            "cii",
            text(
                (
                    b"<ram:GrandTotalAmount>",
                    b'<ram:TaxTotalAmount currencyID="EUR">1</ram:TaxTotalAmount><ram:GrandTotalAmount>',
                )
            ),
            {"R053"},
        ),
    ],
)
def test_what_no_invoice_of_ours_can_be_is_found_in_documents_of_others(
    syntax: str, change: Callable[[bytes], bytes], rules: set[str]
) -> None:
    invoice = german(
        allowances=(AllowanceCharge(amount=Decimal(1), reason="x", vat_category="S", vat_rate=Decimal(19)),),
        lines=(sample_line(object_id=Identifier("1", "AAA")),),
    )
    document = write(invoice, syntax, profile(CIUS))
    found = {finding.rule for finding in check(change(document), f"xrechnung-{syntax}")}
    assert {rule.removeprefix("PEPPOL-EN16931-") for rule in found} == {
        rule.removeprefix("PEPPOL-EN16931-") for rule in rules
    }


def test_prices_have_discounts_only_and_one_base_quantity() -> None:
    price = Price(
        net=Decimal("12.50"), gross=Decimal(13), discount=Decimal("0.5"), base_quantity=Decimal(1), base_unit="H87"
    )
    invoice = line(price=price)(german())
    document = write(invoice, "cii", profile(CIUS))
    assert check(document, "xrechnung-cii") == []
    charged = document.replace(b"false</udt:Indicator>", b"true</udt:Indicator>")
    assert {finding.rule for finding in check(charged, "xrechnung-cii")} == {"PEPPOL-EN16931-R044"}
    unclear = document.replace(b"false</udt:Indicator>", b" false </udt:Indicator>")
    assert {finding.rule for finding in check(unclear, "xrechnung-cii")} == {"PEPPOL-EN16931-R044"}
    wrong = document.replace(b"false</udt:Indicator>", b"none</udt:Indicator>")
    rules = {"PEPPOL-EN16931-R044", "PEPPOL-EN16931-R043-2"}
    assert {finding.rule for finding in check(wrong, "xrechnung-cii")} == rules
    gross = b"<ram:AppliedTradeAllowanceCharge>"
    for base, found in ((b'unitCode="H87">1<', set[str]()), (b'unitCode="H87">2<', {"BR-TMP-3"})):
        both = document.replace(gross, b"<ram:BasisQuantity " + base + b"/ram:BasisQuantity>" + gross)
        assert {finding.rule for finding in check(both, "xrechnung-cii")} == found
    ubl = write(invoice, "ubl", profile(CIUS)).replace(b"false</cbc:ChargeIndicator>", b"true</cbc:ChargeIndicator>")
    assert {finding.rule for finding in check(ubl, "xrechnung-ubl")} == {"PEPPOL-EN16931-R044"}


@pytest.mark.parametrize("syntax", BOTH)
def test_the_extension_knows_more_schemes_and_files(syntax: str) -> None:
    def extended(scheme: str, mime_type: str = "application/xml") -> Invoice:
        return german(
            seller=sample_seller(
                identifiers=(Identifier("1", scheme),),
                registration=Identifier("2", scheme),
                endpoint=Identifier("3", scheme),
            ),
            delivery=Delivery(actual_date=date(2026, 3, 10), location=Identifier("4", scheme)),
            lines=(sample_line(item=Item(name="App", standard_id=Identifier("5", scheme))),),
            supporting_documents=(SupportingDocument(reference="1", attachment=replace(FILE, mime_type=mime_type)),),
        )

    assert broken(extended("XR01"), syntax, EXTENSION) == set()
    assert broken(extended("0088"), syntax, EXTENSION) == set()
    assert broken(extended("ZZ"), syntax, EXTENSION) == {f"BR-DEX-0{digit}" for digit in range(4, 9)}
    assert broken(extended("0088", "application/zip"), syntax, EXTENSION) == {"BR-DEX-01"}
    assert broken(extended("ZZ", "application/zip"), syntax) == set()  # judged by EN 16931


SUB = (
    b"<cac:SubInvoiceLine><cbc:LineExtensionAmount>%s</cbc:LineExtensionAmount><cac:Item>"
    b"<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID></cac:ClassifiedTaxCategory></cac:Item></cac:SubInvoiceLine>"
)
PAID = (
    b'<cac:PrepaidPayment><cbc:ID>1</cbc:ID><cbc:PaidAmount currencyID="EUR">10.00</cbc:PaidAmount>'
    b"<cbc:InstructionID>x</cbc:InstructionID></cac:PrepaidPayment>"
)
TOTAL = b"<cac:LegalMonetaryTotal>"
END = b"</cac:InvoiceLine>"
DUE = b'<cbc:PayableAmount currencyID="EUR">'


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (text((END, SUB % b"100" + SUB % b"25" + END)), set()),
        (text((END, SUB % b"100" + END)), {"BR-DEX-02"}),
        (text((END, SUB.replace(b"cac:ClassifiedTaxCategory", b"cac:Other") % b"125" + END)), {"BR-DEX-03"}),
        (text((TOTAL, PAID + TOTAL), (DUE + b"297.50", DUE + b"307.50")), set()),
        (text((TOTAL, PAID + TOTAL)), {"BR-DEX-09"}),
        (text((DUE + b"297.50</cbc:PayableAmount>", b"")), {"BR-DEX-09"}),
        (
            text((TOTAL, PAID.replace(b"cbc:ID>", b"cbc:X>") + TOTAL), (DUE + b"297.50", DUE + b"307.50")),
            {"BR-DEX-10"},
        ),
        (text((TOTAL, b"<cac:PrepaidPayment/>" + TOTAL)), {"BR-DEX-10", "BR-DEX-11", "BR-DEX-12", "BR-DEX-14", "R008"}),
        (text((TOTAL, PAID.replace(b"10.00", b"0.000").replace(b"EUR", b"SEK") + TOTAL)), {"BR-DEX-13", "BR-DEX-14"}),
    ],
)
def test_the_extension_has_sub_lines_and_payments_of_others_in_ubl(
    change: Callable[[bytes], bytes], rules: set[str]
) -> None:
    document = change(write(german(), "ubl", profile(EXTENSION)))
    found = {finding.rule.removeprefix("PEPPOL-EN16931-") for finding in check(document, "xrechnung-ubl")}
    assert found == rules


def test_sub_lines_are_not_foreseen_in_cii() -> None:
    document = write(german(), "cii", profile(EXTENSION))
    changed = document.replace(b"</ram:LineID>", b"</ram:LineID><ram:ParentLineID>1</ram:ParentLineID>", 1)
    found = check(changed, "xrechnung-cii")
    assert [(finding.rule, finding.severity) for finding in found] == [("BR-DEX-15", "warning")] * 2


VEHICLE = Item(
    name="Van",
    classifications=(Identifier("N1", "CVD"), Identifier("25101500", "QQQ")),
    properties=(ItemProperty(name="cva", value="clean"), ItemProperty(name="Colour", value="blue")),
)
VAN = VEHICLE.classifications[:1]


def items(**changes: Any) -> Change:
    return line(item=replace(VEHICLE, **changes))


@pytest.mark.parametrize("syntax", BOTH)
@pytest.mark.parametrize(
    ("rules", "change"),
    [
        ("BR-TMP-CVD-01", lambda invoice: invoice),  # QQQ is no scheme of UNTDID 7143
        ("", items(classifications=VAN)),
        ("BR-DE-CVD-01", lambda invoice: replace(items(classifications=VAN)(invoice), contract=None)),
        ("BR-DE-CVD-02", lambda invoice: replace(items(classifications=VAN)(invoice), tender=None)),
        ("BR-DE-CVD-03", line(item=Item(name="Pen"))),
        ("BR-DE-CVD-03 BR-DE-CVD-06-b", items(classifications=())),
        ("BR-DE-CVD-03 BR-DE-CVD-06-a", items(classifications=VAN, properties=())),
        ("BR-DE-CVD-04", items(classifications=(Identifier("L1", "CVD"),))),
        ("BR-DE-CVD-05", items(classifications=VAN, properties=(ItemProperty(name="cva", value="?"),))),
        ("BR-DE-CVD-06-a", items(classifications=VAN, properties=VEHICLE.properties[:1] * 2)),
        ("BR-DE-CVD-06-b", items(classifications=VAN * 2)),
    ],
)
def test_clean_vehicles(rules: str, change: Change, syntax: str) -> None:
    invoice = change(line(item=VEHICLE)(german(contract="C-1", tender="T-1")))
    assert broken(invoice, syntax, VEHICLES) == set(rules.split())


@pytest.mark.parametrize(
    ("number", "valid"),
    [(IBAN, True), ("DE02 1203 0000 0000 2020 51", True), ("DE03120300000000202051", False), ("", False), ("X", False)],
)
def test_an_iban_is_known_by_its_check_digits(number: str, *, valid: bool) -> None:
    assert is_iban(number) is valid


def test_short_numbers_and_corrections_that_name_their_invoice_are_fine() -> None:
    complete = seller(contact=Contact(name="A", phone="+49 1", email="a@b.example"))(german())
    assert broken(complete, "ubl") == broken(complete, "cii") == set()
    corrected = german(type_code="384", preceding=(PrecedingInvoice(number="1"),))
    assert broken(corrected, "ubl") == broken(corrected, "cii") == set()


@needs_reference
@pytest.mark.parametrize("syntax", BOTH)
def test_every_rule_of_the_publisher_is_covered(syntax: str) -> None:
    with (REFERENCE / "rules.csv").open(encoding="utf-8", newline="") as lines:
        wanted = {
            row["id"]
            for row in csv.DictReader(lines)
            if row["ruleset"] == "xrechnung" and syntax.upper() in row["syntax"].split()
        }
    assert rule_set(f"xrechnung-{syntax}").ids == wanted


def examples() -> list[dict[str, str]]:
    if not REFERENCE.is_dir():
        return []
    with (REFERENCE / "examples" / "index.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if "xrechnung" in row["rulesets"]]


@needs_reference
@pytest.mark.parametrize("row", examples(), ids=lambda row: row["file"])
def test_an_official_document_has_exactly_the_official_findings(row: dict[str, str]) -> None:
    document = (REFERENCE / "examples" / row["file"]).read_bytes()
    name = f"xrechnung-{row['syntax'].lower()}"
    found = {(finding.rule, finding.severity) for finding in check(document, name)}
    ours = rule_set(name).ids
    assert {rule for rule, severity in found if severity == "fatal"} == set(row["fatal"].split()) & ours
    assert {rule for rule, severity in found if severity == "warning"} == set(row["warning"].split()) & ours
