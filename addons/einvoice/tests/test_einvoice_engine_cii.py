"""Reading and writing CII: official examples keep their content and order, and both syntaxes say the same."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tradewright_einvoice.engine import (
    Account,
    Address,
    Card,
    DirectDebit,
    EngineError,
    Identifier,
    Invoice,
    NotAnInvoiceError,
    Note,
    PaymentInstructions,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    UnreadableError,
    check,
    complete,
    formats,
    messages,
    profile_named,
    read,
    read_all,
    write,
)
from tradewright_einvoice.engine.binding import Group, Leaf
from tradewright_einvoice.engine.cii import TABLE
from tradewright_einvoice.engine.testing import IBAN, sample_buyer, sample_invoice, sample_line, sample_seller

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")
SPECIFICATION = profile_named("en16931").specification
_AGREEMENT = "/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
#: What the model has no place for, in the examples that claim no more than EN 16931.
UNBOUND = {
    "cen-CII-business-example-01.xml": ("GrossPriceProductTradePrice/ram:BasisQuantity",) * 2,  # not that of the price
    "cen-CII-example5.xml": ("GrossPriceProductTradePrice/ram:BasisQuantity",),
    "horstoeko-03-ZugferdDocumentReader-ImportFile-XRECHNUNG3.xml": (
        "SellerTradeParty/ram:DefinedTradeContact/ram:DepartmentName",  # beside the name of a person
        "BuyerTradeParty/ram:DefinedTradeContact/ram:DepartmentName",
        "ApplicableHeaderTradeAgreement/ram:SpecifiedProcuringProject/ram:Name",
    ),
    "xrechnung-01.21a-INVOICE-uncefact.xml": (
        "SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:ExemptionReason",
    ),
}
#: Where a syntax says the same in other words. Field, and the reason.
UBL_TO_CII = {
    "vat_currency": "CII leaves out a VAT accounting currency that is the invoice currency (BR-53)",
    "lines.price.gross": "a discount on a price stands beside the price without it, which is computed",
}
CII_TO_UBL = {
    "lines.price.discount": "a price without its discount stands beside a discount, which is zero",
}


def examples(folder: str) -> list[str]:
    return sorted(path.name for path in (REFERENCE / "examples" / folder).glob("*.xml")) if REFERENCE.is_dir() else []


def document(folder: str, name: str) -> bytes:
    return (REFERENCE / "examples" / folder / name).read_bytes()


def differences(one: Any, other: Any, where: str = "") -> set[str]:
    """The names of the fields that differ."""
    if is_dataclass(one) and is_dataclass(other) and type(one) is type(other):
        return {
            found
            for item in fields(one)
            for found in differences(
                getattr(one, item.name), getattr(other, item.name), f"{where}.{item.name}".lstrip(".")
            )
        }
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return {found for pair in zip(one, other, strict=True) for found in differences(*pair, where)}
    return set() if one == other else {where}


@needs_reference
@pytest.mark.parametrize("name", examples("cii"))
def test_an_official_example_reads_and_writes_without_loss(name: str) -> None:
    reading = read_all(document("cii", name))
    assert reading.syntax == "cii"
    if "extended" not in name:
        expected = UNBOUND.get(name, ())
        assert len(reading.unbound) == len(expected)
        assert all(found.endswith(end) for found, end in zip(reading.unbound, expected, strict=True))
    again = read_all(write(reading.invoice, "cii", "en16931"))
    assert again.unbound == ()
    assert again.invoice == replace(reading.invoice, specification=SPECIFICATION)


@needs_reference
@pytest.mark.parametrize("name", examples("cii"))
def test_a_written_document_has_its_elements_in_the_order_of_the_official_one(name: str) -> None:
    original = etree.fromstring(document("cii", name))
    written = etree.fromstring(write(read(etree.tostring(original)), "cii", "en16931"))
    for parent, names in _orders(written):
        place = {tag: index for index, tag in enumerate(dict.fromkeys(names))}
        for twin in original.iter(parent):
            seen = [place[child.tag] for child in twin if isinstance(child.tag, str) and child.tag in place]
            assert seen == sorted(seen), parent


def _orders(root: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for element in root.iter():
        if len(element):
            yield str(element.tag), [str(child.tag) for child in element]


@needs_reference
@pytest.mark.parametrize("name", examples("ubl"))
def test_an_invoice_in_ubl_means_the_same_in_cii_and_back_in_ubl(name: str) -> None:
    invoice = replace(read(document("ubl", name)), specification=SPECIFICATION)
    reading = read_all(write(invoice, "cii", "en16931"))
    assert reading.unbound == ()
    assert differences(invoice, reading.invoice) <= set(UBL_TO_CII)
    assert read(write(reading.invoice, "ubl", "en16931")) == reading.invoice


@needs_reference
@pytest.mark.parametrize("name", examples("cii"))
def test_an_invoice_in_cii_means_the_same_in_ubl(name: str) -> None:
    invoice = replace(read(document("cii", name)), specification=SPECIFICATION)
    reading = read_all(write(invoice, "ubl", "en16931"))
    assert reading.unbound == ()
    assert differences(invoice, reading.invoice) <= set(CII_TO_UBL)


@needs_reference
@pytest.mark.parametrize(
    ("number", "different"),
    [
        ("01.01a", set[str]()),
        ("01.14a", set[str]()),
        # the two official documents say different things here
        ("01.21a", {"seller.vat_id", "payment.means_text", "totals.allowances", "vat_breakdown.reason"}),
        ("03.06a", {f"{who}.address.{what}" for who in ("seller", "buyer") for what in ("city", "post_code")}),
    ],
)
def test_the_same_official_invoice_is_read_equally_from_both_syntaxes(number: str, different: set[str]) -> None:
    ubl = read(document("ubl", f"xrechnung-{number}-INVOICE-ubl.xml"))
    cii = read(document("cii", f"xrechnung-{number}-INVOICE-uncefact.xml"))
    assert differences(ubl, cii) == different


def test_every_field_of_an_invoice_is_bound() -> None:
    bound = {row.field.lstrip("/").split(".")[0] for row in TABLE.rows if isinstance(row, Leaf | Group)}
    inside = {"tax_point_date", "tax_point_code"}  # in the VAT breakdown
    assert bound | inside == {item.name for item in fields(Invoice)}


def full() -> Invoice:
    """An invoice that fills what the samples leave empty."""
    seller = sample_seller(
        identifiers=(Identifier("S-1"), Identifier("4012345000009", "0088")),
        registration=Identifier("12345678", "0184"),
        tax_id="21/815/08150",
        legal_info="Amtsgericht Hamburg",
        trading_name="Nordlicht",
    )
    line = sample_line(
        note="Fragile",
        object_id=Identifier("OBJ-1", "AAA"),
        order_line="10",
        buyer_account="4711",
        price=Price(net=Decimal(9), discount=Decimal(1), gross=Decimal(10), base_quantity=Decimal(2), base_unit="H87"),
    )
    invoice = sample_invoice(
        seller=seller,
        lines=(line,),
        tax_point_date=date(2026, 3, 1),
        notes=(Note("Goods remain ours", "AAI"), Note("Thank you")),
        tender="T-1",
        object_id=Identifier("O-1", "ABZ"),
        project="P-1",
        contract="C-1",
        sales_order="SO-1",
        receipt="R-1",
        despatch="D-1",
        buyer_account="0815",
        preceding=(PrecedingInvoice(number="1", issue_date=date(2026, 1, 2)), PrecedingInvoice(number="2")),
        supporting_documents=(SupportingDocument(reference="A", description="Sheet", uri="https://a.example/1"),),
    )
    return replace(invoice, specification=SPECIFICATION)


def test_every_field_survives() -> None:
    reading = read_all(write(full(), "cii", "en16931"))
    assert (reading.invoice, reading.unbound) == (full(), ())
    assert read(write(full(), "ubl", "en16931")) == full()


@pytest.mark.parametrize(("code", "written"), [("3", b"5"), ("35", b"29"), ("432", b"72"), ("9", b"9")])
def test_the_event_of_the_tax_point_has_other_codes_in_cii(code: str, written: bytes) -> None:
    invoice = sample_invoice(tax_point_code=code)
    written_as = write(invoice, "cii", "en16931")
    assert b"<ram:DueDateTypeCode>" + written + b"</ram:DueDateTypeCode>" in written_as
    assert read(written_as).tax_point_code == code


def test_the_tax_point_date_is_written_once_and_read_from_wherever_it_is() -> None:
    lines = (sample_line(1), sample_line(2, vat_rate=Decimal(7)))
    invoice = sample_invoice(lines=lines, tax_point_date=date(2026, 3, 1))
    once = write(invoice, "cii", "en16931")
    element = b'<ram:TaxPointDate>\n          <udt:DateString format="102">20260301</udt:DateString>\n'
    assert once.count(b"<ram:TaxPointDate>") == 1
    assert element in once
    second = once[: once.rindex(b"<ram:CategoryCode>S", 0, once.index(b"<ram:SpecifiedTradePaymentTerms"))]
    inserted = b"<ram:TaxPointDate><udt:DateString format='102'>%s</udt:DateString></ram:TaxPointDate>"
    for day, unbound in ((b"20260301", 0), (b"20260302", 1)):
        reading = read_all(second + inserted % day + once[len(second) :])
        assert reading.invoice.tax_point_date == date(2026, 3, 1)
        assert len(reading.unbound) == unbound


def test_payment_means_are_repeated_for_each_account() -> None:
    accounts = (Account(id=IBAN, name="Nordlicht", bank="BYLADEM1001"), Account(id="12-3456"))
    invoice = sample_invoice(
        payment=PaymentInstructions(means="30", means_text="Transfer", reference="X", accounts=accounts)
    )
    written = write(invoice, "cii", "en16931")
    assert written.count(b"<ram:SpecifiedTradeSettlementPaymentMeans>") == 2
    assert b"<ram:IBANID>DE02120300000000202051</ram:IBANID>" in written
    assert b"<ram:ProprietaryID>12-3456</ram:ProprietaryID>" in written
    assert read(written).payment == invoice.payment
    other = written.replace(b"<ram:TypeCode>30<", b"<ram:TypeCode>58<", 1)
    [unbound] = read_all(other).unbound
    assert unbound.endswith("/ram:SpecifiedTradeSettlementPaymentMeans[2]/ram:TypeCode")


@pytest.mark.parametrize(
    "payment",
    [
        PaymentInstructions(means="59", debit=DirectDebit(mandate="M-1", account=IBAN)),
        PaymentInstructions(means="48", card=Card(number="1234", holder="A. Petersen")),
        PaymentInstructions(means="10", reference="X"),
        None,
    ],
)
def test_other_ways_to_pay_survive(payment: PaymentInstructions | None) -> None:
    invoice = sample_invoice(payment=payment, creditor_id="DE98ZZZ09999999999")
    again = read(write(invoice, "cii", "en16931"))
    assert (again.payment, again.creditor_id) == (payment, "DE98ZZZ09999999999")


def test_a_delivery_element_is_written_though_nothing_is_known_of_the_delivery() -> None:
    written = write(sample_invoice(delivery=None), "cii", "en16931")
    assert b"<ram:ApplicableHeaderTradeDelivery/>" in written
    assert read(written).delivery is None


def test_a_document_without_lines_and_addresses_is_read() -> None:
    whole = write(sample_invoice(), "cii", "en16931")
    start, end = b"<ram:IncludedSupplyChainTradeLineItem>", b"</ram:IncludedSupplyChainTradeLineItem>"
    minimum = whole[: whole.index(start)] + whole[whole.rindex(end) + len(end) :]
    for element in (b"ram:LineTotalAmount", b"ram:PostalTradeAddress"):
        while b"<" + element in minimum:
            close = b"</" + element + b">"
            minimum = minimum[: minimum.index(b"<" + element)] + minimum[minimum.index(close) + len(close) :]
    invoice = read(minimum)
    assert (invoice.lines, invoice.totals.lines) == ((), Decimal(250))
    assert (invoice.seller.address, invoice.buyer.address) == (Address(country=""), Address(country=""))
    with pytest.raises(UnreadableError, match=r"no ram:LineTotalAmount \(BT-106\)"):
        read(whole.replace(b"<ram:LineTotalAmount>250.00</ram:LineTotalAmount>", b""))


def test_currencies_of_the_vat_totals_are_told_apart() -> None:
    invoice = sample_invoice(vat_currency="SEK")
    invoice = replace(invoice, totals=replace(invoice.totals, vat_accounting=Decimal("530.10")))
    written = write(invoice, "cii", "en16931")
    assert read(written).totals == invoice.totals
    strange = read_all(written.replace(b'currencyID="SEK"', b'currencyID="NOK"'))
    assert strange.invoice.totals.vat_accounting is None
    assert [place.rpartition("/")[2] for place in strange.unbound] == ["ram:TaxTotalAmount[2]"]
    unknown = replace(sample_invoice(), currency="")
    assert read(write(unknown, "cii", "en16931")).totals == unknown.totals
    same = complete(replace(invoice, vat_currency="EUR"))
    assert b"ram:TaxCurrencyCode" not in write(same, "cii", "en16931")


def test_a_discount_without_its_price_is_completed() -> None:
    invoice = sample_invoice(lines=(sample_line(price=Price(net=Decimal(9), discount=Decimal(1))),))
    assert read(write(invoice, "cii", "en16931")).lines[0].price.gross == Decimal(10)
    other = sample_invoice(lines=(sample_line(price=Price(net=Decimal(9), gross=Decimal(9))),))
    assert read(write(other, "ubl", "en16931")).lines[0].price.discount == Decimal(0)


def test_documents_of_a_kind_that_the_model_does_not_know_are_reported() -> None:
    document = SupportingDocument(reference="A", description="Sheet")
    written = write(sample_invoice(supporting_documents=(document,)), "cii", "en16931")
    assert read(written).supporting_documents == (document,)
    other = read_all(written.replace(b"<ram:TypeCode>916<", b"<ram:TypeCode>758<"))
    assert other.invoice.supporting_documents == ()
    assert other.unbound == (f"{_AGREEMENT}/ram:AdditionalReferencedDocument",)


@pytest.mark.parametrize(
    ("day", "readable"),
    [
        (b'<udt:DateTimeString format="102">20260312', True),
        (b"<udt:DateTimeString> 20260312 ", True),
        (b'<udt:DateTimeString format="203">20260312', False),
        (b'<udt:DateTimeString format="102">2026-03-12', False),
        (b'<udt:DateTimeString format="102">20261345', False),
    ],
)
def test_dates_are_read_in_their_format_only(day: bytes, *, readable: bool) -> None:
    written = write(sample_invoice(delivery=None), "cii", "en16931")
    changed = written.replace(b'<udt:DateTimeString format="102">20260312', day)
    if readable:
        assert read(changed).issue_date == date(2026, 3, 12)
    else:
        with pytest.raises(UnreadableError, match=r"is no date \(YYYYMMDD\) \(BT-2\)"):
            read(changed)


@pytest.mark.parametrize(
    ("root", "what"),
    [
        ('CrossIndustryDocument xmlns="urn:ferd:CrossIndustryDocument:invoice:1p0"', "an invoice in ZUGFeRD 1"),
        (
            'O xmlns="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"',
            "an order in Order-X",
        ),
        (
            'FatturaElettronica xmlns="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"',
            "an Italian invoice in FatturaPA",
        ),
        (
            'DespatchAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"',
            "a despatch advice in UBL",
        ),
        (
            'Tender xmlns="urn:oasis:names:specification:ubl:schema:xsd:Tender-2"',
            "a document of the type Tender in UBL",
        ),
        ("html", "a web page"),
        ("letter", "a document that starts with letter"),
        ('ID xmlns="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"', "starts with cbc:ID"),
    ],
)
def test_another_format_is_named(root: str, what: str) -> None:
    with pytest.raises(NotAnInvoiceError) as caught:
        read(f"<{root}/>".encode())
    assert str(caught.value).startswith("This is no UBL 2.1 or CII invoice, but ")
    assert what in str(caught.value)


def test_every_format_is_named_in_german() -> None:
    known = {*formats.FORMATS.values(), *formats.UBL.values(), *formats.ROOTS.values()}
    german = tomllib.loads((Path(messages.__file__).parent / "de" / "formats.toml").read_text(encoding="utf-8"))
    assert set(german["messages"]) == known


@needs_reference
@pytest.mark.parametrize("name", examples("bad"))
def test_a_bad_document_is_read_or_refused_with_a_reason(name: str) -> None:
    try:
        said = f"Invoice {read(document('bad', name)).number}"
    except (NotAnInvoiceError, UnreadableError) as error:
        said = error.message
    assert said.startswith(("Invoice ", "This is no UBL 2.1 or CII invoice, but ", "The invoice can't be read: "))


def test_a_buyer_may_have_both_kinds_of_identifier() -> None:
    buyer = sample_buyer(identifiers=(Identifier("B-1"), Identifier("4012345000009", "0088")))
    written = write(sample_invoice(buyer=buyer), "cii", "en16931")
    assert b"<ram:ID>B-1</ram:ID>" in written
    assert b'<ram:GlobalID schemeID="0088">4012345000009</ram:GlobalID>' in written
    assert read(written).buyer == buyer


@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(["drop", "twice", "empty", "attribute"])), max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_mangled_document_is_read_or_refused_and_what_was_read_can_be_written(
    mutations: list[tuple[int, str]],
) -> None:
    document = write(full(), "cii", "en16931").split(b"\n")
    for place, kind in mutations:
        at = 1 + place % (len(document) - 2)
        match kind:
            case "drop":
                document[at] = b""
            case "twice":
                document[at] *= 2
            case "empty":
                start, end = document[at].find(b">"), document[at].find(b"</")
                document[at] = document[at][: start + 1] + document[at][end:] if 0 <= start < end else document[at]
            case _:
                document[at] = document[at].replace(b"schemeID", b"listID").replace(b' format="102"', b"")
    mangled = b"\n".join(document)
    for name in ("en16931-cii", "xrechnung-cii", "fr-ctc-cii"):
        check(mangled, name)
    with suppress(EngineError):
        invoice = read(mangled)
        for syntax in ("ubl", "cii"):
            assert write(invoice, syntax, "en16931")
