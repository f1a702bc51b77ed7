"""Invoices as suppliers write them, for tests of what receives them."""

from datetime import date
from decimal import Decimal
from typing import Any

from tradewright_einvoice.engine import (
    Account,
    Address,
    Contact,
    Identifier,
    Invoice,
    Item,
    Line,
    Party,
    PaymentInstructions,
    Price,
    complete,
    write,
)

OUR_VAT = "DE342115826"
SELLER_VAT = "DE811569869"
IBAN = "DE02120300000000202051"


def line(place: int = 1, **values: Any) -> Line:
    """A line of 10 pieces at 10.00."""
    return Line(
        **{
            "id": str(place),
            "quantity": Decimal(10),
            "unit": "H87",
            "price": Price(net=Decimal("10.00")),
            "vat_category": "S",
            "vat_rate": Decimal(19),
            "item": Item(name=f"Screws {place}", seller_id=f"S-{place}"),
            **values,
        }
    )


def invoice(number: str = "R-1", *lines: Line, **values: Any) -> Invoice:
    """An invoice of a supplier to us, with its sums."""
    seller = Party(
        name="Schrauben Schmidt GmbH",
        vat_id=SELLER_VAT,
        registration=Identifier("HRB 4711"),
        endpoint=Identifier(SELLER_VAT, "9930"),
        address=Address(line_1="Werkstraße 1", city="Köln", post_code="50667", country="DE"),
        contact=Contact(name="Frau Schmidt", phone="+49 221 1", email="billing@schmidt.example"),
    )
    buyer = Party(
        name="Nordlicht Großhandel GmbH",
        vat_id=OUR_VAT,
        endpoint=Identifier(OUR_VAT, "9930"),
        address=Address(line_1="Kaiserkai 12", city="Hamburg", post_code="20457", country="DE"),
    )
    made = Invoice(
        **{
            "number": number,
            "issue_date": date(2026, 2, 3),
            "due_date": date(2026, 3, 3),
            "currency": "EUR",
            "buyer_reference": "PO 1",
            "order_reference": "PO-77",
            "seller": seller,
            "buyer": buyer,
            "payment": PaymentInstructions(means="58", reference=number, accounts=(Account(id=IBAN),)),
            "lines": lines or (line(),),
            **values,
        }
    )
    return complete(made)


def xml(number: str = "R-1", *lines: Line, syntax: str = "ubl", **values: Any) -> bytes:
    profile = "peppol" if syntax == "ubl" else "en16931"
    return write(invoice(number, *lines, **values), syntax=syntax, profile=profile)
