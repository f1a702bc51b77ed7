"""Invoices of suppliers: received once, matched, drafted with what differs, accepted or rejected, and answered."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.supplier_invoices import IBAN, SELLER_VAT, invoice, line, xml
from tradewright.app import Site
from tradewright.jobs.embedded import run_all
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing import count_statements
from tradewright_account.models.bill import Bill, Paying
from tradewright_base.models.partner import Partner
from tradewright_einvoice.engine import (
    AllowanceCharge,
    Item,
    Price,
    write,
)
from tradewright_einvoice.engine.postaward import InvoiceResponse, read_message
from tradewright_einvoice.extends.received import DecidedDocument, Refusal
from tradewright_einvoice.models.received import ReceivedAnswer, ReceivedDocument
from tradewright_einvoice.services.inbound import examining
from tradewright_einvoice.services.inbound.arriving import Arrival, take
from tradewright_einvoice.testing import EInvoiceFactory
from tradewright_product.testing import ProductFactory

pytestmark = pytest.mark.addons("einvoice")


def deciding_on(env: Env) -> Any:
    """The operations of received documents."""
    return env[DecidedDocument]


@pytest.fixture
def house(site: Site) -> Site:
    """Our company, with all that invoices state of it."""
    with site.env() as env:
        EInvoiceFactory(env).seller()
    return site


def supplier(site: Site, **values: Any) -> int:
    with site.env() as env:
        made = EInvoiceFactory(env).partners.customer(
            **{
                "name": "Schrauben Schmidt GmbH",
                "vat": SELLER_VAT,
                "iban": IBAN,
                "email": "ap@schmidt.example",
                "is_customer": False,
                "is_supplier": True,
                **values,
            }
        )
        return made.id


def receive(site: Site, content: bytes, name: str = "invoice.xml", **values: Any) -> int:
    """Take a document, and run what follows."""
    with site.env() as env:
        number = take(env, Arrival(name=name, content=content, source="upload", **values)).id
    run_all(site)
    return number


def found(env: Env, number: int) -> ReceivedDocument:
    return env.one(ReceivedDocument, number)


def codes(received: ReceivedDocument) -> list[str]:
    return [one["code"] for one in received.differences]


def sound(site: Site) -> None:
    with site.env(readonly=True) as env:
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []


def test_an_invoice_becomes_the_draft_of_a_bill(house: Site) -> None:
    partner = supplier(house)
    number = receive(
        house,
        xml(
            "R-1",
            line(),
            line(2, quantity=Decimal("2.5"), price=Price(net=Decimal("99.99"), base_quantity=Decimal(100))),
            line(
                3,
                allowances=(
                    AllowanceCharge(amount=Decimal("10.00"), base=Decimal(100), percent=Decimal(10), reason="Rebate"),
                ),
            ),
            line(4, charges=(AllowanceCharge(amount=Decimal("1.23"), reason="Small order"),)),
            allowances=(AllowanceCharge(amount=Decimal(5), vat_category="S", vat_rate=Decimal(19), reason="Loyalty"),),
        ),
    )
    with house.env() as env:
        received = found(env, number)
        assert (received.state, received.fatal, received.supplier_id) == ("ready", 0, partner)
        assert (received.number, received.sender, received.payable) == (
            "R-1",
            "Schrauben Schmidt GmbH",
            Decimal("343.59"),
        )
        assert codes(received) == []
        bill = received.bill
        assert bill is not None
        assert [
            (one.quantity, one.unit_price, one.price_quantity, one.discount, one.adjustment) for one in bill.lines
        ] == [
            (Decimal(10), Decimal(10), Decimal(1), Decimal(0), Decimal(0)),
            (Decimal("2.5"), Decimal("99.99"), Decimal(100), Decimal(0), Decimal(0)),
            (Decimal(10), Decimal(10), Decimal(1), Decimal(10), Decimal(0)),
            (Decimal(10), Decimal(10), Decimal(1), Decimal(0), Decimal("1.23")),
            (Decimal(1), Decimal(-5), Decimal(1), Decimal(0), Decimal(0)),
        ]
        assert [one.subtotal for one in bill.lines] == [
            Decimal(100),
            Decimal("2.50"),
            Decimal(90),
            Decimal("101.23"),
            Decimal(-5),
        ]
        assert (bill.total, bill.due_date, bill.order_reference, bill.pay_to) == (
            Decimal("343.59"),
            date(2026, 3, 3),
            "PO-77",
            IBAN,
        )
    sound(house)


def test_the_same_invoice_in_the_other_syntax_is_known(house: Site) -> None:
    supplier(house)
    first = receive(house, xml())
    again = receive(house, xml(syntax="cii"), "other.xml")
    renamed = receive(house, xml(), "renamed.xml")
    third = receive(house, xml() + b"\n", "blank.xml")
    with house.env() as env:
        assert renamed == first  # the same upload twice is one arrival
        for number in (again, third):
            received = found(env, number)
            assert (received.state, received.duplicate_of_id, received.bill) == ("duplicate", first, None)
        assert len(env.all(select(env[Bill]))) == 1
    sound(house)


def test_the_same_bytes_by_another_way_are_a_duplicate(house: Site) -> None:
    supplier(house)
    first = receive(house, xml())
    with house.env() as env:
        by_mail = take(env, Arrival(name="a.xml", content=xml(), source="mailbox", key="1:1:1:0")).id
        repeated = take(env, Arrival(name="a.xml", content=xml(), source="mailbox", key="1:1:1:0")).id
    assert by_mail == repeated
    with house.env() as env:
        received = found(env, by_mail)
        assert (received.state, received.duplicate_of_id, received.number) == ("duplicate", first, "R-1")
    sound(house)


def test_a_bill_that_was_entered_by_hand_is_named(house: Site) -> None:
    partner = supplier(house)
    with house.env() as env:
        bill = env.add(env[Bill](supplier_id=partner, supplier_number="r-1", bill_date=date(2026, 2, 3)))
    number = receive(house, xml())
    with house.env() as env:
        assert (found(env, number).state, found(env, number).same_bill_id) == ("duplicate", bill.id)


def test_differences_are_shown(house: Site) -> None:
    supplier(house, vat="DE136695976", iban="DE89370400440532013000", name="schrauben SCHMIDT gmbh", is_supplier=False)
    with house.env() as env:
        ProductFactory(env).goods("20", sku="OUR-1", cost=Decimal(9))
    wrong = invoice("R-2", line(item=Item(name="Screws", buyer_id="OUR-1"), unit="ZZ"))
    totals = replace(wrong.totals, net=Decimal("110.00"))
    buyer = replace(wrong.buyer, vat_id="DE136695976", name="Somebody else")
    seller = replace(wrong.seller, registration=None)
    number = receive(house, write(replace(wrong, totals=totals, buyer=buyer, seller=seller)))
    with house.env() as env:
        received = found(env, number)
        assert received.state == "ready"
        assert codes(received) == [
            "by-name",
            "not-a-supplier",
            "no-unit",
            "price",
            "net",
            "vat",
            "bank",
            "not-for-us",
            "faults",
        ]
        assert received.alarms == 7
        assert received.bill is not None
        assert received.bill.lines[0].product is not None
        assert received.bill.total == Decimal(119)  # ours, not what the document says


def test_a_tax_that_is_rounded_otherwise_is_the_suppliers(house: Site) -> None:
    supplier(house)
    made = invoice("R-3", line(quantity=Decimal(1), price=Price(net=Decimal("10.03"))))
    rows = tuple(replace(row, tax=Decimal("1.90")) for row in made.vat_breakdown)
    totals = replace(made.totals, vat=Decimal("1.90"), gross=Decimal("11.93"), payable=Decimal("11.93"))
    number = receive(house, write(replace(made, vat_breakdown=rows, totals=totals)))
    with house.env() as env:
        received = found(env, number)
        assert (received.fatal, codes(received)) == (0, ["tax-rounded"])
        assert received.bill is not None
        assert (received.bill.tax_total, received.bill.total) == (Decimal("1.90"), Decimal("11.93"))
    sound(house)


def test_several_suppliers_are_asked_for_and_a_new_one_is_created(house: Site) -> None:
    number = receive(house, xml("R-4"))
    with house.env() as env:
        received = found(env, number)
        assert (received.state, codes(received), received.bill) == ("pending", ["unknown-supplier"], None)
        deciding_on(env).create_supplier(env, [received])
        assert received.state == "ready"
        partner = received.supplier
        assert partner is not None
        assert (partner.name, partner.vat, partner.city, partner.is_supplier) == (
            "Schrauben Schmidt GmbH",
            SELLER_VAT,
            "Köln",
            True,
        )
    with house.env() as env:
        twin = env.one(Partner, partner.id)
        env.add(env[Partner](name=twin.name, vat=twin.vat, is_supplier=True, is_customer=False))
        twin.registration = None
        twin.endpoint_scheme = twin.endpoint_id = None  # type: ignore[attr-defined]
        twin.iban = None  # type: ignore[attr-defined]
        twin.country = None
    number = receive(house, xml("R-5", seller=replace(invoice().seller, registration=None)))
    with house.env() as env:
        received = found(env, number)
        assert (received.state, codes(received)) == ("pending", ["several-suppliers"])
        received.supplier = env.one(Partner, partner.id)
        env.flush()
        deciding_on(env).draft_bill(env, [received])
        assert received.state == "ready"


def answers(env: Env, number: int) -> list[tuple[str, str, str | None]]:
    made = env[ReceivedAnswer]
    return [
        (one.status, one.way, one.recipient)
        for one in env.scalars(select(made).where(made.received_id == number).order_by(made.id))
    ]


def test_an_accepted_document_is_answered_and_told_when_it_is_paid(house: Site) -> None:
    supplier(house)
    number = receive(house, xml())
    with house.env() as env:
        deciding_on(env).accept(env, [found(env, number)])
    with house.env() as env:
        received = found(env, number)
        assert (received.state, received.bill.state, received.bill.number) == (  # type: ignore[union-attr]
            "accepted",
            "posted",
            "BILL-2026-00001",
        )
        env[Bill].pay(env, [received.bill], Paying())  # type: ignore[list-item]
    with house.env() as env:
        assert answers(env, number) == [
            ("AP", "mail", "ap@schmidt.example"),
            ("PD", "mail", "ap@schmidt.example"),
        ]
        (first, _paid) = env.all(select(env[ReceivedAnswer]).order_by(env[ReceivedAnswer].id))
        assert first.file is not None
        said = read_message(house.files.read(first.file.sha256))
        assert isinstance(said, InvoiceResponse)
        assert (said.status, said.invoice_number, said.invoice_date) == ("AP", "R-1", date(2026, 2, 3))
    sound(house)


def test_a_rejected_document_is_answered_and_may_come_again_corrected(house: Site) -> None:
    supplier(house, email=None)
    number = receive(house, xml())
    with house.env() as env:
        deciding_on(env).reject(env, [found(env, number)], Refusal(reason="Never ordered", code="REF"))
    with house.env() as env:
        received = found(env, number)
        assert (received.state, received.bill.state) == ("rejected", "rejected")  # type: ignore[union-attr]
        assert answers(env, number) == [("RE", "mail", "billing@schmidt.example")]
        (made,) = env.all(select(env[ReceivedAnswer]))
        assert made.file is not None
        said = read_message(house.files.read(made.file.sha256))
        assert isinstance(said, InvoiceResponse)
        assert [(one.code, one.text) for one in said.reasons] == [
            ("REF", "References are missing or wrong: Never ordered")
        ]
    corrected = receive(house, xml("R-1", line(quantity=Decimal(5))))
    with house.env() as env:
        assert found(env, corrected).state == "ready"
    sound(house)


def test_a_bill_rejected_by_itself_rejects_its_document(house: Site) -> None:
    from tradewright_account.models.bill import Rejection

    supplier(house)
    number = receive(house, xml())
    with house.env() as env:
        env[Bill].reject(env, [found(env, number).bill], Rejection(reason="Too late"))  # type: ignore[list-item]
    with house.env() as env:
        assert (found(env, number).state, found(env, number).reason) == ("rejected", "Too late")
        assert [one[0] for one in answers(env, number)] == ["RE"]


def test_a_document_whose_draft_is_cancelled_waits_again(house: Site) -> None:
    supplier(house)
    number = receive(house, xml())
    with house.env() as env:
        env[Bill].cancel(env, [found(env, number).bill])  # type: ignore[list-item]
    sound(house)
    with house.env() as env:
        received = found(env, number)
        assert (received.state, received.bill) == ("pending", None)
        deciding_on(env).draft_bill(env, [received])
        assert received.state == "ready"
    sound(house)


def test_a_credit_note_finds_its_bill(house: Site) -> None:
    from tradewright_einvoice.engine import PrecedingInvoice

    supplier(house)
    number = receive(house, xml())
    with house.env() as env:
        deciding_on(env).accept(env, [found(env, number)])
    note = receive(
        house,
        xml(
            "C-1",
            line(quantity=Decimal(4)),
            type_code="381",
            preceding=(PrecedingInvoice(number="R-1"),),
            due_date=None,
        ),
    )
    with house.env() as env:
        received = found(env, note)
        assert received.bill is not None
        assert (received.bill.kind, received.bill.total) == ("vendor_credit", Decimal("47.60"))
        deciding_on(env).accept(env, [received])
    with house.env() as env:
        (bill,) = env.all(select(env[Bill]).where(env[Bill].kind == "bill"))
        assert (bill.payment_state, bill.residual) == ("partial", Decimal("71.40"))
    sound(house)


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><x>&c;</x>',
        b"<x>" * 5000,
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7 nonsense",
        b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>",
        b"\xff\xfe<\x00x\x00>\x00",
        b"<a>\xc3\x28</a>",
    ],
    ids=["xxe", "laughs", "deep", "html", "pdf", "empty", "utf16", "utf8"],
)
def test_inp_hostile_documents_are_set_aside(house: Site, content: bytes) -> None:
    number = receive(house, content)
    with house.env() as env:
        received = found(env, number)
        assert (received.state, received.bill) == ("unreadable", None)
        assert received.fatal >= 1
        assert b"root:" not in repr(received.findings).encode()
    sound(house)


def test_inp_numbers_that_nothing_can_hold_wait_for_somebody(house: Site) -> None:
    supplier(house)
    big = re.sub(rb">[0-9.]+</cbc:PriceAmount>", b">99999999999999999999.99</cbc:PriceAmount>", xml())
    many = re.sub(rb">[0-9.]+</cbc:InvoicedQuantity>", b">1e5000</cbc:InvoicedQuantity>", xml("R-9"))
    states = []
    for content in (big, many):
        number = receive(house, content)
        with house.env() as env:
            states.append(found(env, number).state)
    assert states == ["pending", "unreadable"]
    sound(house)


def test_inp_too_many_lines_are_named(house: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    supplier(house)
    monkeypatch.setattr(examining, "MOST_LINES", 3)
    number = receive(house, xml("R-10", *[line(place) for place in range(1, 5)]))
    with house.env() as env:
        assert (found(env, number).state, codes(found(env, number))) == ("unreadable", ["too-many-lines"])


def test_a_document_that_ends_the_program_is_set_aside(house: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    supplier(house)

    def die(_content: bytes) -> None:
        raise KeyboardInterrupt

    with house.env() as env:
        number = take(env, Arrival(name="bomb.xml", content=xml(), source="upload")).id
    for _attempt in range(3):
        assert house.run(lambda env: examining.begin(env, number, 3)) is not None
    monkeypatch.setattr(examining, "look", die)
    run_all(house)
    with house.env() as env:
        assert (found(env, number).state, codes(found(env, number))) == ("unreadable", ["poison"])


def test_statements_do_not_grow_with_lines(house: Site) -> None:
    supplier(house)

    def count(number: str, lines: int) -> int:
        content = xml(number, *[line(place) for place in range(1, lines + 1)])
        with house.env() as env:
            take(env, Arrival(name="a.xml", content=content, source="upload"))
        with count_statements(house) as statements:
            run_all(house)
        return len(statements)

    count("W-1", 2)
    assert count("W-3", 60) <= count("W-2", 3) + 1


def test_two_at_once_make_one_bill(house: Site) -> None:
    """CON12: the loser waits and looks again."""
    import threading

    supplier(house)
    contents = [xml() + b"\n" * place for place in range(6)]
    barrier = threading.Barrier(len(contents))

    def hand_over(content: bytes) -> None:
        barrier.wait(20)
        house.run(lambda env: take(env, Arrival(name="x.xml", content=content, source="upload")))

    threads = [threading.Thread(target=hand_over, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    workers = [threading.Thread(target=run_all, args=(house,)) for _one in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(60)
    with house.env() as env:
        assert len(env.all(select(env[Bill]))) == 1
        states = sorted(one.state for one in env.all(select(env[ReceivedDocument])))
        assert states == [*["duplicate"] * 5, "ready"]
    sound(house)
