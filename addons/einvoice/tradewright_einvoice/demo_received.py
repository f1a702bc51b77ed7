"""The demonstration's incoming documents: a known supplier's invoice, and one of a sender nobody knows yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tradewright.orm import select
from tradewright_base.models.company import Company
from tradewright_base.models.partner import Partner

from .engine import (
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
    complete,
    write,
)
from .services import endpoints
from .services.inbound.arriving import Arrival, take
from .services.parties import address_of

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env

KNOWN: Final = Party(
    name="Ruhr Befestigungstechnik AG",
    vat_id="DE811234565",
    endpoint=Identifier("DE811234565", "9930"),
    address=Address(line_1="Hafenstraße 8", city="Duisburg", post_code="47119", country="DE"),
    contact=Contact(name="Sabine Kruse", phone="+49 203 555010", email="rechnung@ruhr-befestigung.example"),
)
UNKNOWN: Final = Party(
    name="Paketdienst Elbe GmbH",
    vat_id="DE298765435",
    endpoint=Identifier("DE298765435", "9930"),
    address=Address(line_1="Am Sandtorkai 4", city="Hamburg", post_code="20457", country="DE"),
    contact=Contact(name="Buchhaltung", phone="+49 40 555020", email="buchhaltung@paketdienst-elbe.example"),
)
Goods = tuple[tuple[str, str, int], ...]
ANCHORS: Final = (
    ("Heavy duty anchors M10, box of 50", "48.20", 40),
    ("Screws 4 x 40, box of 200", "6.85", 120),
)
PARCELS: Final = (("Parcels of the last month", "4.95", 212),)
VAT: Final = Decimal(19)


def write_received(env: Env, today: date) -> None:
    """Let the documents arrive; jobs examine, match and draft them as they do with those of a real supplier."""
    company = env.all(select(env[Company]).order_by(env[Company].id).limit(1))[0]
    env.add(env[Partner](name=KNOWN.name, kind="company", vat=KNOWN.vat_id))
    env.flush()
    for seller, number, days, goods in ((KNOWN, "RB-88412", 3, ANCHORS), (UNKNOWN, "2026-10553", 1, PARCELS)):
        invoice = _invoice(company, seller, number, today - timedelta(days=days), goods)
        name = f"{number}.xml"
        take(env, Arrival(name=name, content=write(invoice, "ubl", "peppol"), source="upload", company_id=company.id))


def _invoice(
    company: Company, seller: Party, number: str, day: date, goods: tuple[tuple[str, str, int], ...]
) -> Invoice:
    buyer = Party(
        name=company.legal_name or company.name,
        vat_id=company.vat,
        endpoint=endpoints.of_company(company),
        address=address_of(company),
    )
    lines = tuple(
        Line(
            id=str(place),
            quantity=Decimal(quantity),
            unit="H87",
            price=Price(net=Decimal(price)),
            vat_category="S",
            vat_rate=VAT,
            item=Item(name=name),
        )
        for place, (name, price, quantity) in enumerate(goods, start=1)
    )
    plain = Invoice(
        number=number,
        issue_date=day,
        due_date=day + timedelta(days=30),
        currency="EUR",
        buyer_reference=company.name,
        seller=seller,
        buyer=buyer,
        delivery=Delivery(actual_date=day),
        payment=PaymentInstructions(means="58", reference=number, accounts=(Account(id="DE02120300000000202051"),)),
        lines=lines,
    )
    return complete(plain)
