"""Invoices for tests of what builds on the engine."""

from datetime import date
from decimal import Decimal
from typing import Any

from .model import (
    Account,
    Address,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    Item,
    Line,
    Party,
    PaymentInstructions,
    Price,
)
from .totals import complete

IBAN = "DE02120300000000202051"


def sample_seller(**changes: Any) -> Party:
    """A German seller."""
    fields: dict[str, Any] = {
        "name": "Nordlicht Werkzeughandel GmbH",
        "vat_id": "DE123456788",
        "registration": Identifier("HRB 123456"),
        "endpoint": Identifier("DE123456788", "9930"),
        "address": Address(line_1="Speicherstraße 12", city="Hamburg", post_code="20457", country="DE"),
        "contact": Contact(name="Jonas Petersen", phone="+49 40 1234567", email="rechnung@nordlicht.example"),
    }
    return Party(**{**fields, **changes})


def sample_buyer(**changes: Any) -> Party:
    """A French buyer."""
    fields: dict[str, Any] = {
        "name": "Atelier Dupont SARL",
        "identifiers": (Identifier("K-10042"),),
        "vat_id": "FR40303265045",
        "endpoint": Identifier("FR40303265045", "9957"),
        "address": Address(line_1="12 rue des Forges", city="Lyon", post_code="69003", country="FR"),
    }
    return Party(**{**fields, **changes})


def sample_line(number: int = 1, **changes: Any) -> Line:
    """A line of ten pieces at 12.50, standard rated at 19 %."""
    fields: dict[str, Any] = {
        "id": str(number),
        "quantity": Decimal(10),
        "unit": "H87",
        "price": Price(net=Decimal("12.50")),
        "vat_category": "S",
        "vat_rate": Decimal(19),
        "item": Item(name="Work gloves", seller_id=f"TW-{number:05}"),
    }
    return Line(**{**fields, **changes})


def sample_invoice(**changes: Any) -> Invoice:
    """A valid Peppol invoice of two lines with its totals; changes are applied before the totals are computed."""
    fields: dict[str, Any] = {
        "number": "RE-2026-00417",
        "issue_date": date(2026, 3, 12),
        "due_date": date(2026, 4, 11),
        "currency": "EUR",
        "order_reference": "PO-7781",
        "payment_terms": "30 days net",
        "seller": sample_seller(),
        "buyer": sample_buyer(),
        "delivery": Delivery(
            actual_date=date(2026, 3, 10), address=Address(city="Lyon", post_code="69003", country="FR")
        ),
        "payment": PaymentInstructions(means="58", reference="RE-2026-00417", accounts=(Account(id=IBAN),)),
        "lines": (sample_line(1), sample_line(2, item=Item(name="Cable ties", description="Bag of 100"))),
    }
    return complete(Invoice(**{**fields, **changes}))
