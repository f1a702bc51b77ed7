"""Drafts tell what their customer's profile demands, at the field to mend; faulty ones are not posted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.base import Invalid
from tradewright.hooks import FieldFinding
from tradewright.orm import Env
from tradewright.testing import count_statements
from tradewright.testing.client import browser_for
from tradewright_account.models.invoice import Invoice
from tradewright_base.testing import UserFactory
from tradewright_einvoice.services import drafts
from tradewright_einvoice.services.build import provisional
from tradewright_einvoice.services.places import TERMS
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = pytest.mark.addons("einvoice")
GLN: dict[str, Any] = {"endpoint_scheme": "0088", "endpoint_id": "4035811991021"}


@pytest.fixture
def made(env: Env) -> EInvoiceFactory:
    """A complete seller, and what it invoices."""
    factory = EInvoiceFactory(env)
    factory.seller()
    return factory


def draft(made: EInvoiceFactory, rows: int = 1, *, invoice: dict[str, Any] | None = None, **customer: Any) -> Invoice:
    """A draft to a customer that said which profile it wants."""
    buyer = made.customer(**{"einvoice_profile": "peppol", **customer})
    return made.draft(buyer, [("2", "10.00", "0", made.tax("S", 19))] * rows, **(invoice or {}))


def findings(env: Env, invoice: Invoice) -> list[FieldFinding]:
    """What stands on the page of a draft."""
    found = drafts.verdict(env, invoice)
    assert found is not None
    return list(found.findings)


def test_a_sound_draft_is_ready(env: Env, made: EInvoiceFactory) -> None:
    found = drafts.verdict(env, draft(made))
    assert found is not None
    assert (str(found.text), found.tone, found.findings) == (
        "Ready to be issued as Peppol BIS Billing 3.",
        "success",
        (),
    )


def test_a_missing_buyer_reference_is_asked_for_at_its_field(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, einvoice_profile="xrechnung")
    (found,) = [one for one in findings(env, invoice) if one.field == "buyer_reference"]
    assert "Leitweg-ID" in str(found.text)
    assert found.tone == "danger"
    assert {"BR-DE-15", "TW-REF-02"} <= set(str(found.detail).partition(":")[0].split(", "))
    with pytest.raises(Invalid) as refused:
        env[Invoice].post(env, [invoice])
    assert list(refused.value.fields) == ["buyer_reference"]
    invoice.buyer_reference = "04011000-12345-67"
    assert [one for one in findings(env, invoice) if one.tone == "danger"] == []
    env[Invoice].post(env, [invoice])
    assert invoice.state == "posted"


def test_the_reference_of_the_customer_counts_where_the_invoice_names_none(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, einvoice_profile="xrechnung", buyer_reference="04011000-12345-67")
    assert [one for one in findings(env, invoice) if one.tone == "danger"] == []
    assert provisional(env, invoice).buyer_reference == "04011000-12345-67"


def test_references_that_a_customer_requires_are_demanded_in_every_profile(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, einvoice_profile="auto", requires_order_number=True, requires_buyer_reference=True)
    with pytest.raises(Invalid) as refused:
        env[Invoice].post(env, [invoice])
    assert set(refused.value.fields) == {"reference", "buyer_reference"}


def test_what_other_records_lack_leads_to_them(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, vat=None, **GLN)
    env.company.phone = None
    env.company.vat = None
    by_field = {(one.elsewhere.model, one.elsewhere.field): one for one in findings(env, invoice) if one.elsewhere}
    assert {("base.Company", "phone"), ("base.Company", "vat")} <= by_field.keys()
    assert by_field["base.Company", "phone"].elsewhere.name == env.company.name  # type: ignore[union-attr]
    with pytest.raises(Invalid, match="breaks the rules of Peppol BIS Billing 3"):
        env[Invoice].post(env, [invoice])


def test_a_fault_of_a_line_stands_at_its_column(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, rows=3)
    invoice.lines[1].description = "\n\nsoft"
    invoice.lines[1].description = " "
    env.flush()
    (found,) = [one for one in findings(env, invoice) if one.lines]
    assert (found.lines, found.line, found.field) == ("lines", invoice.lines[1].id, "description")
    with pytest.raises(Invalid) as refused:
        env[Invoice].post(env, [invoice])
    assert list(refused.value.fields) == ["lines-1-description"]


def test_a_tax_that_does_not_fit_the_customer_is_found(env: Env, made: EInvoiceFactory) -> None:
    buyer = made.customer("FR", einvoice_profile="peppol", vat=None, **GLN)
    invoice = made.draft(buyer, [("1", "10", "0", made.tax("K"))])
    assert any(one.elsewhere and one.elsewhere.field == "vat" for one in findings(env, invoice))


def test_customers_who_said_nothing_are_warned_and_not_kept_from_posting(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, einvoice_profile="auto")
    env.company.phone = None
    found = drafts.verdict(env, invoice)
    assert found is not None
    assert found.tone == "warning"
    assert {one.tone for one in found.findings} == {"warning"}
    env[Invoice].post(env, [invoice])
    assert invoice.state == "posted"


def test_customers_without_e_invoices_are_left_alone(env: Env, made: EInvoiceFactory) -> None:
    invoice = draft(made, einvoice_profile="none", requires_order_number=True)
    env.company.phone = None
    assert drafts.verdict(env, invoice) is None
    env[Invoice].post(env, [invoice])
    assert drafts.verdict(env, invoice) is None


def test_what_only_the_number_brings_is_not_missed(env: Env, made: EInvoiceFactory) -> None:
    """A draft has no number yet; the document that is checked has one in its place."""
    invoice = draft(made)
    assert invoice.number is None
    env[Invoice].post(env, [invoice])


@pytest.mark.parametrize("many", [False, True])
def test_signs_that_xml_can_not_hold_are_named(env: Env, made: EInvoiceFactory, many: bool) -> None:  # noqa: FBT001
    invoice = draft(made, invoice={"note": "a\x0bb"})
    others = [draft(made, vat=None, **GLN)] if many else []
    with pytest.raises(Invalid, match="can't be seen"):
        env[Invoice].post(env, [invoice, *others])


def test_statements_do_not_grow_with_invoices_and_lines(site: Site) -> None:
    counts = []
    for size in (2, 12):
        with site.env() as env:
            made = EInvoiceFactory(env)
            made.seller()
            invoices = [draft(made, rows=size, invoice={"reference": "PO"}) for _one in range(size)]
            numbers = [one.id for one in invoices]
        with site.env() as env:
            invoices = [env.one(Invoice, number) for number in numbers]
            with count_statements(site) as statements:
                env[Invoice].post(env, invoices)
                env.flush()
            counts.append(len(statements))
    assert counts[0] == counts[1], counts


def test_the_page_costs_few_statements(site: Site) -> None:
    counts = []
    for rows in (2, 40):
        with site.env() as env:
            made = EInvoiceFactory(env)
            made.seller()
            number = draft(made, rows=rows).id
        with site.env(readonly=True) as env:
            invoice = env.one(Invoice, number)
            with count_statements(site) as statements:
                assert drafts.verdict(env, invoice) is not None
            counts.append(len(statements))
    assert counts[0] == counts[1] < 15, counts


def test_the_office_shows_it_where_it_is_mended(site: Site) -> None:
    with site.env() as env:
        made = EInvoiceFactory(env)
        made.seller()
        number = draft(made, einvoice_profile="xrechnung", name="Stadt Köln").id
        bo = UserFactory(env).staff("account.user", language="de").id
    browser = browser_for(site)
    browser.sign_in_as(bo)
    page = f"/office/account.Invoice/{number}"
    browser.get(page)
    assert f'href="{page}/edit#f-v.buyer_reference"' in browser.text
    browser.submit({"id": str(number)}, action="/office/account.Invoice/run/post")
    assert "Leitweg-ID" in browser.text
    assert "BR-DE-15" in browser.text or "TW-REF-02" in browser.text
    browser.get(f"{page}/edit")
    assert re.search(
        r'<input[^>]*id="f-v.buyer_reference"[^>]*aria-describedby="f-v.buyer_reference-findings"', browser.text
    )
    browser.submit({"v.buyer_reference": "04011000-12345-67"}, action=f"{page}/edit")
    assert "is-success" in browser.text
    browser.submit({"id": str(number)}, action="/office/account.Invoice/run/post")
    with site.env(readonly=True) as env:
        assert env.one(Invoice, number).state == "posted"


def test_every_place_is_a_field(site: Site) -> None:
    models = {
        "invoice": "account.Invoice",
        "line": "account.InvoiceLine",
        "company": "base.Company",
        "customer": "base.Partner",
        "contact": "base.Partner",
        "invoice_address": "base.Address",
        "delivery_address": "base.Address",
        "tax": "product.Tax",
        "uom": "product.UnitOfMeasure",
        "product": "product.Product",
    }
    for term, place in TERMS.items():
        fields = site.registry.models[models[place.record]].fields
        partner = site.registry.models["base.Partner"].fields
        assert place.field in fields, term
        assert "address" not in place.record or place.field in partner, term
