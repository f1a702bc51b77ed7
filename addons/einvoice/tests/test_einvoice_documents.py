"""From posted invoices to e-invoices: sound by the rules, true to the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.testing.client import browser_for
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_base.testing import PartnerFactory, UserFactory, country
from tradewright_einvoice.services.archive import draft
from tradewright_einvoice.services.issue import issue
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure

pytestmark = pytest.mark.addons("einvoice")


def seller(env: Env) -> None:
    """Give the company what the law wants on an invoice."""
    company = env.company
    company.legal_name = "Nordlicht Großhandel GmbH"
    company.street, company.zip, company.city = "Kaiserkai 12", "20457", "Hamburg"
    company.country = country(env, "DE")
    company.vat, company.registration = "DE342115826", "HRB 000000"
    company.email, company.phone = "info@nordlicht.example", "+49 40 66969 100"
    company.iban, company.bic = "DE89370400440532013000", "COBADEFFXXX"
    env.flush()


def tax(env: Env, category: str, rate: int = 0) -> Tax:
    return env.all(select(env[Tax]).where(env[Tax].category == category, env[Tax].rate == rate))[0]


def posted(env: Env, customer: Any, rows: list[tuple[str, str, str, Tax]], **values: Any) -> Invoice:
    """A posted invoice of (quantity, price, discount, tax)."""
    unit = env.all(select(env[UnitOfMeasure]).where(env[UnitOfMeasure].code == "H87"))[0]
    lines = [
        env[InvoiceLine](
            description=f"Thing {place}",
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
            discount=Decimal(discount),
            uom=unit,
            tax=one,
        )
        for place, (quantity, price, discount, one) in enumerate(rows)
    ]
    invoice = env.add(env[Invoice](customer=customer, lines=lines, **values))
    env.flush()
    env[Invoice].post(env, [invoice])
    env.take_numbers()
    return invoice


def test_a_domestic_invoice_of_two_rates_is_sound(env: Env, partners: PartnerFactory) -> None:
    seller(env)
    customer = partners.customer(vat="DE811569869")
    rows = [("3", "9.99", "0", tax(env, "S", 19)), ("7", "1.015", "12.5", tax(env, "S", 7))]
    invoice = posted(env, customer, rows, reference="PO-1")
    found = issue(draft(env, invoice), with_pdf=False)
    assert [finding for finding in found.findings] == []


def test_the_office_offers_the_documents_of_a_posted_invoice(site: Site) -> None:
    with site.env() as env:
        seller(env)
        customer = PartnerFactory(env).customer(vat="DE811569869")
        invoice = posted(env, customer, [("3", "9.99", "0", tax(env, "S", 19))])
        uid, number = invoice.uid, invoice.id
        mei = UserFactory(env).staff("account.user").id
    browser = browser_for(site)
    browser.sign_in_as(mei)
    browser.get(f"/office/account.Invoice/{number}")
    assert f"/office/einvoice/{uid}.pdf" in browser.text
    browser.get(f"/office/einvoice/{uid}.xml")
    assert browser.text.startswith("<?xml")
    browser.get("/office/einvoice.EInvoice")
    assert browser.status == 200
