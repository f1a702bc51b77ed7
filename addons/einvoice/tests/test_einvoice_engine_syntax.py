"""Reading and writing UBL: the official examples keep their content and their order, our own keep every field."""

import csv
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_type_hints

import pytest
from lxml import etree

from tradewright_einvoice.engine import (
    Account,
    Identifier,
    Invoice,
    Item,
    NotAnInvoiceError,
    Note,
    PaymentInstructions,
    Price,
    UnknownNameError,
    UnreadableError,
    WriteError,
    model,
    profile_named,
    read,
    read_all,
    write,
)
from tradewright_einvoice.engine.binding import Group, Leaf
from tradewright_einvoice.engine.testing import sample_invoice, sample_line
from tradewright_einvoice.engine.ubl import TABLES

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
NAMESPACE = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
#: What the model has no place for, in the examples.
UNBOUND = {"ubl/facturx-ubl-21-en16931.xml": ("/inv:Invoice/cbc:UBLVersionID",)}


def examples() -> list[str]:
    if not REFERENCE.is_dir():
        return []
    return sorted(f"ubl/{path.name}" for path in (REFERENCE / "examples" / "ubl").glob("*.xml"))


needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")


@needs_reference
@pytest.mark.parametrize("name", examples())
def test_an_official_example_reads_and_writes_without_loss(name: str) -> None:
    reading = read_all((REFERENCE / "examples" / name).read_bytes())
    assert reading.unbound == UNBOUND.get(name, ())
    again = read_all(write(reading.invoice, profile="en16931"))
    assert again.unbound == ()
    specification = profile_named("en16931").specification
    assert again.invoice == replace(reading.invoice, specification=specification)


@needs_reference
@pytest.mark.parametrize("name", examples())
def test_a_written_document_has_its_elements_in_the_order_of_the_official_one(name: str) -> None:
    original = etree.fromstring((REFERENCE / "examples" / name).read_bytes())
    written = etree.fromstring(write(read(etree.tostring(original)), profile="en16931"))
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
def test_the_tables_bind_every_business_term_to_its_place() -> None:
    with (REFERENCE / "bindings.csv").open(encoding="utf-8", newline="") as lines:
        terms = {row["term"] for row in csv.DictReader(lines) if row["term"].startswith("BT-")}
    annotated: set[str] = set()
    for name in dir(model):
        found = getattr(model, name)
        if isinstance(found, type) and is_dataclass(found):
            for hint in get_type_hints(found, include_extras=True).values():
                for note in getattr(hint, "__metadata__", ()):
                    annotated.update(word.rstrip(",") for word in str(note).split() if word.startswith("BT-"))
    schemes = {term for term in terms if term.count("-") > 1 and term not in annotated}
    assert terms - annotated - schemes == set()
    assert schemes == {
        f"{term}-1"
        for term in ("BT-18", "BT-29", "BT-30", "BT-34", "BT-46", "BT-47", "BT-49", "BT-60", "BT-61", "BT-71")
    } | {"BT-128-1", "BT-157-1", "BT-158-1"}


@pytest.mark.parametrize("root", sorted(TABLES))
def test_every_field_of_an_invoice_is_bound(root: str) -> None:
    bound = {row.field.split(".")[0] for row in TABLES[root].rows if isinstance(row, Leaf | Group)}
    elsewhere = {"creditor_id"} | ({"due_date"} if root == "cn:CreditNote" else set())  # in the seller, in the payment
    assert bound | elsewhere == {item.name for item in fields(Invoice)}


def test_a_credit_note_keeps_its_due_date_though_it_has_no_payment_instructions() -> None:
    invoice = sample_invoice(type_code="381", payment=None)
    again = read(write(invoice))
    assert (again.due_date, again.payment) == (date(2026, 4, 11), None)


def test_one_payment_means_is_written_for_each_account() -> None:
    accounts = (Account(id="DE02120300000000202051", bank="BYLADEM1001"), Account(id="DE02500105170137075030"))
    invoice = sample_invoice(payment=PaymentInstructions(means="30", means_text="Transfer", accounts=accounts))
    document = write(invoice)
    assert document.count(b"<cac:PaymentMeans>") == 2
    assert read(document).payment == invoice.payment


def test_a_creditor_identifier_of_the_payee_is_read() -> None:
    document = write(sample_invoice(creditor_id="DE98ZZZ09999999999"))
    assert b'<cbc:ID schemeID="SEPA">DE98ZZZ09999999999</cbc:ID>' in document
    assert read(document).creditor_id == "DE98ZZZ09999999999"


def test_a_seller_order_alone_is_written_with_a_stand_in_for_the_order_of_the_buyer() -> None:
    document = write(sample_invoice(order_reference=None, sales_order="SO-1", buyer_reference="B"))
    assert b"<cbc:ID>NA</cbc:ID>" in document
    assert (read(document).order_reference, read(document).sales_order) == (None, "SO-1")
    alone = write(sample_invoice(order_reference="NA", buyer_reference="B"))
    assert read(alone).order_reference == "NA"


def test_numbers_are_written_plainly() -> None:
    price = Price(net=Decimal("1E+2"), base_quantity=Decimal("100.000"), base_unit="H87")
    line = sample_line(quantity=Decimal("2.500"), price=price, vat_rate=Decimal("19.00"))
    document = write(sample_invoice(lines=(line,)))
    assert b">2.5</cbc:InvoicedQuantity>" in document
    assert b'<cbc:PriceAmount currencyID="EUR">100</cbc:PriceAmount>' in document
    assert b'<cbc:BaseQuantity unitCode="H87">100</cbc:BaseQuantity>' in document
    assert b"<cbc:Percent>19</cbc:Percent>" in document
    assert b'<cbc:LineExtensionAmount currencyID="EUR">2.50</cbc:LineExtensionAmount>' in document


def test_what_markup_would_be_is_text() -> None:
    name = "<b>Nuts & \"bolts\"</b> ]]> 'M8'\r\n\ttab"
    document = write(sample_invoice(lines=(sample_line(item=Item(name=name, seller_id="a&b")),)))
    assert read(document).lines[0].item.name == name


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("A\x00B", "The text in ID holds the character U+0000, which XML can't carry."),
        ("A\ud800", "The text in ID holds the character U+D800, which XML can't carry."),
        ("A\uffff", "The text in ID holds the character U+FFFF, which XML can't carry."),
    ],
)
def test_a_character_that_xml_cannot_carry_is_refused_with_its_place(number: str, message: str) -> None:
    with pytest.raises(WriteError) as caught:
        write(sample_invoice(number=number))
    assert str(caught.value) == message


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    broken = replace(sample_invoice(), totals=replace(sample_invoice().totals, payable=Decimal(value)))
    with pytest.raises(WriteError) as caught:
        write(broken)
    assert str(caught.value) == f"BT-115 can't be written: {Decimal(value)} is not a finite number."


def test_notes_carry_their_subject_in_the_text() -> None:
    invoice = sample_invoice(notes=(Note("Goods remain ours", "AAI"),))
    assert b"<cbc:Note>#AAI#Goods remain ours</cbc:Note>" in write(invoice)
    assert read(write(invoice)).notes == invoice.notes


def test_an_invoice_without_its_totals_is_unreadable_and_every_problem_is_named() -> None:
    document = write(sample_invoice())
    broken = document.replace(b'<cbc:PayableAmount currencyID="EUR">297.50</cbc:PayableAmount>', b"")
    broken = broken.replace(b"<cbc:IssueDate>2026-03-12<", b"<cbc:IssueDate>2026-13-45<")
    with pytest.raises(UnreadableError) as caught:
        read(broken)
    assert caught.value.problems == [
        "line 6: '2026-13-45' is no date (YYYY-MM-DD) (BT-2)",
        "the document has no cac:LegalMonetaryTotal/cbc:PayableAmount (BT-115)",
        "the document: no issue date",
    ]
    assert str(caught.value).startswith("The invoice can't be read: line 6: '2026-13-45' is no date")


def test_another_document_is_refused_by_its_name() -> None:
    with pytest.raises(NotAnInvoiceError) as caught:
        read(b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>')
    assert str(caught.value) == "This is no UBL 2.1 or CII invoice, but an order in UBL."


def test_what_the_model_has_no_place_for_is_reported() -> None:
    document = write(sample_invoice()).replace(b"<cbc:IssueDate>", b"<cbc:UUID>5f2f9c1e</cbc:UUID><cbc:IssueDate>")
    assert read_all(document).unbound == ("/inv:Invoice/cbc:UUID",)


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError) as caught:
        write(sample_invoice(), profile="ehf")
    assert str(caught.value).startswith("There is no profile 'ehf'. Known are: en16931, factur-x-basic, ")
    with pytest.raises(UnknownNameError):
        write(sample_invoice(), syntax="edifact")


def test_an_identifier_keeps_its_scheme() -> None:
    invoice = sample_invoice(object_id=Identifier("4711", "AAA"))
    assert read(write(invoice)).object_id == Identifier("4711", "AAA")
    assert NAMESPACE  # the prefix of a document means nothing: names are compared by namespace
    renamed = write(invoice).replace(b"cbc:", b"x:").replace(b"xmlns:cbc", b"xmlns:x")
    assert read(renamed) == read(write(invoice))
