"""The messages around an invoice: what is written is valid and read again as it was; rules fire where they should."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tradewright_einvoice.engine import Address, AllowanceCharge, Contact, Identifier, UnreadableError, check
from tradewright_einvoice.engine.errors import NotAnInvoiceError
from tradewright_einvoice.engine.postaward import (
    AnsweredLine,
    Clarification,
    DespatchAdvice,
    DespatchedLine,
    DespatchShipment,
    Detail,
    HandlingUnit,
    InvoiceResponse,
    InvoiceStatus,
    LineAnswer,
    Message,
    Order,
    OrderAnswer,
    OrderedLine,
    OrderResponse,
    OrderTotals,
    Package,
    TradeItem,
    TradeParty,
    TradePrice,
    Window,
    read_message,
    write_message,
)
from tradewright_einvoice.engine.rules.sets import rule_set

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "einvoice"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data ../shared/einvoice is absent")
DAY = date(2026, 11, 22)
TRANSACTIONS = ("t01", "t16", "t76", "t111")
SELLER = TradeParty(
    name="Nordlicht GmbH",
    endpoint=Identifier("DE123456788", "9930"),
    address=Address(line_1="Kaiserkai 12", city="Hamburg", post_code="20457", country="DE"),
)
BUYER = TradeParty(
    name="Atelier Dupont",
    endpoint=Identifier("FR40303265045", "9957"),
    contact=Contact(name="Anne", email="a@b.example"),
)
ITEM = TradeItem(name="Gloves", seller_id="TW-1", standard_id=Identifier("04012345123456", "0160"))


def order(**changes: Any) -> Order:
    line = OrderedLine(
        id="1", quantity=Decimal(10), unit="H87", net=Decimal(125), price=TradePrice(net=Decimal("12.5")), item=ITEM
    )
    whole = Order(
        number="PO-1",
        issue_date=DAY,
        issue_time=time(9, 30),
        currency="EUR",
        valid_until=DAY,
        buyer=BUYER,
        seller=SELLER,
        totals=OrderTotals(lines=Decimal(125), payable=Decimal(125)),
        lines=(line,),
    )
    return replace(whole, **changes)


def response(**changes: Any) -> OrderResponse:
    line = AnsweredLine(
        id="1",
        status=LineAnswer.CHANGED,
        quantity=Decimal(8),
        unit="H87",
        backorder=Decimal(2),
        period=Window(start=DAY),
        item=TradeItem(name="Gloves", seller_id="TW-1"),
        order_line="1",
    )
    whole = OrderResponse(
        number="R-1",
        issue_date=DAY,
        answer=OrderAnswer.CHANGED,
        currency="EUR",
        order="PO-1",
        seller=SELLER,
        buyer=BUYER,
        lines=(line,),
    )
    return replace(whole, **changes)


def despatch(**changes: Any) -> DespatchAdvice:
    line = DespatchedLine(
        id="1",
        quantity=Decimal(8),
        unit="H87",
        outstanding=Decimal(2),
        outstanding_unit="H87",
        outstanding_reasons=("Out of stock",),
        order_line="1",
        item=ITEM,
        handling_units=(HandlingUnit(id=Identifier("1", "SSCC"), kind="PX", packages=(Package(id="P1"),)),),
    )
    whole = DespatchAdvice(
        number="D-1",
        issue_date=DAY,
        orders=("PO-1",),
        supplier=SELLER,
        customer=BUYER,
        shipment=DespatchShipment(id="1", tracking="T1", despatch_date=DAY),
        lines=(line,),
    )
    return replace(whole, **changes)


def answer(**changes: Any) -> InvoiceResponse:
    whole = InvoiceResponse(
        number="IR-1",
        issue_date=DAY,
        issue_time=time(12),
        sender=BUYER,
        receiver=SELLER,
        status=InvoiceStatus.REJECTED,
        effective_date=DAY,
        reasons=(Clarification(code="REF", text="Wrong order", details=(Detail(attribute="BT-13", value="PO-2"),)),),
        actions=(Clarification(code="NIN"),),
        invoice_number="RE-1",
        invoice_date=DAY,
    )
    return replace(whole, **changes)


MAKERS: dict[str, Callable[..., Message]] = {"t01": order, "t16": despatch, "t76": response, "t111": answer}


def found(document: bytes, transaction: str) -> set[str]:
    return {finding.rule for finding in check(document, f"peppol-{transaction}")}


@pytest.mark.parametrize("transaction", TRANSACTIONS)
def test_what_is_written_is_valid_and_read_as_it_was(transaction: str) -> None:
    message = MAKERS[transaction]()
    document = write_message(message)
    assert check(document, f"peppol-{transaction}") == []
    again = read_message(document)
    assert again.number == message.number
    assert write_message(again) == document


@pytest.mark.parametrize(
    ("transaction", "changes", "rule"),
    [
        ("t01", {"process": "urn:other"}, "PEPPOL-T01-R031"),
        ("t01", {"specification": "urn:other"}, "PEPPOL-T01-R034"),
        ("t01", {"valid_until": None}, "PEPPOL-T01-R002"),
        ("t01", {"currency": "XXY"}, "PEPPOL-T01-B01001"),
        ("t01", {"totals": OrderTotals(lines=Decimal(1), payable=Decimal(125))}, "PEPPOL-T01-R008"),
        ("t01", {"totals": OrderTotals(lines=Decimal(125), payable=Decimal(-1))}, "PEPPOL-T01-R006"),
        ("t01", {"allowances": (AllowanceCharge(amount=Decimal(1), reason="Bonus"),)}, "PEPPOL-T01-R009"),
        ("t01", {"charges": (AllowanceCharge(amount=Decimal(1), reason_code="9"),)}, "PEPPOL-T01-CL002"),
        ("t01", {"originator": TradeParty(contact=Contact(name="Anne"))}, "PEPPOL-T01-R014"),
        ("t01", {"lines": ()}, "PEPPOL-T01-B00108"),
        ("t01", {"buyer": replace(BUYER, vat_id="123")}, "PEPPOL-T01-R026"),
        ("t16", {"buyer": TradeParty(address=Address(country="DE"))}, "PEPPOL-T16-R008"),
        ("t16", {"number": ""}, "PEPPOL-T16-B00103"),
        ("t76", {"answer": "AP"}, "PEPPOL-T76-R008"),
        ("t76", {"lines": ()}, "PEPPOL-T76-R007"),
        ("t76", {"period": Window(start=DAY, end=date(2026, 1, 1))}, "PEPPOL-T76-R004"),
        ("t111", {"reasons": (), "actions": ()}, "PEPPOL-T111-R001"),
        ("t111", {"reasons": (Clarification(code="OTH"),)}, "PEPPOL-T111-R002"),
        ("t111", {"reasons": (Clarification(code="PPD"),)}, "PEPPOL-T111-R004"),
        ("t111", {"actions": (Clarification(code="REF"),)}, "PEPPOL-T111-R006"),
        ("t111", {"status": "XX"}, "PEPPOL-T111-B03001"),
        ("t111", {"invoice_type": "9999"}, "PEPPOL-T111-B04201"),
        ("t111", {"sender": replace(BUYER, endpoint=Identifier("1", "0088"))}, "PEPPOL-COMMON-R040"),
    ],
)
def test_each_fault_is_found(transaction: str, changes: dict[str, Any], rule: str) -> None:
    assert rule in found(write_message(MAKERS[transaction](**changes)), transaction)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"<cbc:LineExtensionAmount ", b"<cbc:Bogus>1</cbc:Bogus><cbc:LineExtensionAmount ", "PEPPOL-T01-B23904"),
        (b'unitCode="H87"', b"", "PEPPOL-T01-B24101"),
        (b">125.00</cbc:LineExtensionAmount>", b">1</cbc:LineExtensionAmount>", "PEPPOL-T01-R024"),
        (b">10</cbc:Quantity>", b">-10</cbc:Quantity>", "PEPPOL-T01-R004"),
        (b">12.5</cbc:PriceAmount>", b">-12.5</cbc:PriceAmount>", "PEPPOL-T01-R005"),
        (b">2026-11-22</cbc:IssueDate>", b">2026-13-22</cbc:IssueDate>", "PEPPOL-COMMON-R030"),
        (b">Gloves<", b"> <", "PEPPOL-COMMON-R001"),
        (b">10</cbc:Quantity>", b">ten</cbc:Quantity>", "TW-DT-01"),
    ],
)
def test_a_damaged_order_is_found_out(old: bytes, new: bytes, rule: str) -> None:
    document = write_message(order())
    assert old in document
    assert rule in found(document.replace(old, new), "t01")


def test_a_schema_location_is_a_warning_and_a_fault() -> None:
    document = write_message(order())
    placed = document.replace(b"<Order ", b'<Order xmlns:x="urn:x" x:schemaLocation="a b" ', 1)
    assert {"PEPPOL-COMMON-R003", "PEPPOL-T01-B00109"} <= found(placed, "t01")


def test_two_lines_with_one_number_are_found() -> None:
    line = order().lines[0]
    assert "PEPPOL-T01-R001" in found(write_message(order(lines=(line, line))), "t01")


def test_an_unreadable_message_says_what_is_missing() -> None:
    document = write_message(response()).replace(b"<cbc:OrderResponseCode>CA</cbc:OrderResponseCode>", b"")
    with pytest.raises(UnreadableError, match=r"The order response can't be read: .*OrderResponseCode"):
        read_message(document)
    with pytest.raises(NotAnInvoiceError, match="no order, order response"):
        read_message(b"<x/>")


def rules(transaction: str) -> set[str]:
    with (REFERENCE / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"] for row in csv.DictReader(lines) if row["ruleset"] == f"peppol-{transaction}"}


@needs_reference
@pytest.mark.parametrize(("transaction", "generated"), [("t01", 276), ("t16", 181), ("t76", 94), ("t111", 54)])
def test_all_rules_of_the_release_are_there(transaction: str, generated: int) -> None:
    ours = {rule for rule in rule_set(f"peppol-{transaction}").ids if not rule.startswith("TW-")}
    structure = {rule for rule in ours if rule.startswith(f"PEPPOL-{transaction.upper()}-B")}
    assert len(structure) == generated
    assert ours - structure == rules(transaction)


def examples() -> list[dict[str, str]]:
    if not REFERENCE.is_dir():
        return []
    with (REFERENCE / "examples" / "index.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["file"].startswith("postaward/")]


@needs_reference
@pytest.mark.parametrize("row", examples(), ids=lambda row: row["file"])
def test_an_official_document_is_valid_and_survives_reading_and_writing(row: dict[str, str]) -> None:
    document = (REFERENCE / "examples" / row["file"]).read_bytes()
    judged = check(document, row["rulesets"])
    assert {finding.rule for finding in judged if finding.severity == "fatal"} == set(row["fatal"].split())
    assert {finding.rule for finding in judged if finding.severity == "warning"} == set(row["warning"].split())
    message = read_message(document)
    written = write_message(message)
    assert read_message(written) == message
    assert check(written, row["rulesets"]) == judged
