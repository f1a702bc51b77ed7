"""A draft invoice tells what its customer's e-invoices need, at the field; mended, it is posted and downloaded."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.accessible import grave_faults
from tests.browser.demo import Visitor
from tests.browser.pictures import Pictures
from tradewright_einvoice.engine import check_profile, read

if TYPE_CHECKING:
    from playwright.sync_api import Page

CUSTOMER = "Stadtwerke Musterstadt"
LEITWEG = "04011000-12345-67"


def write(page: Page, name: str, value: str) -> None:
    """Fill in an input of the form, or choose from it by what stands there."""
    field = page.locator(f"[name='v.{name}']").first
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(label=value)
    else:
        field.fill(value)


def save(page: Page) -> None:
    """Save the form and wait for the page of the record."""
    page.locator("button[form=record-form]").click()
    page.wait_for_url(re.compile(r"/office/[a-z.A-Z]+/[0-9]+$"))


def post(page: Page) -> None:
    """Post the invoice that is shown, and say yes."""
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Post", exact=True).click()


def quiet(page: Page) -> list[str]:
    """What is grave in the accessibility of a page, or wider than a phone."""
    found = grave_faults(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    return found + ([] if width <= (page.viewport_size or {"width": 0})["width"] else ["wide"])


def test_a_link_opens_the_page_that_its_input_is_on(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.sign_in("admin@nordlicht.example")
    visitor.go("/office/base.Company/1/edit#f-v.iban")
    expect(page.locator("[id='f-v.iban']")).to_be_visible()
    page.evaluate("location.hash = 'f-v.accent'")
    expect(page.locator("[id='f-v.accent']")).to_be_visible()
    expect(page.locator("[id='f-v.iban']")).to_be_hidden()
    visitor.go("/office/base.Partner/2/edit#f-v.einvoice_profile")
    page.locator("[id='f-v.einvoice_profile']").select_option("xrechnung")
    expect(page.locator("#page-contacts")).to_be_hidden()


def test_a_faulty_draft_is_mended_posted_and_downloaded(visit: Callable[..., Visitor], pictures: Pictures) -> None:
    visitor = visit()
    page = visitor.sign_in("admin@nordlicht.example")
    visitor.go("/office/base.Partner/new?d.einvoice_profile=xrechnung")
    for name, value in {
        "name": CUSTOMER,
        "street": "Rathausplatz 1",
        "zip": "50667",
        "city": "Köln",
        "country": "Germany",
        "email": "rechnung@musterstadt.example",
    }.items():
        write(page, name, value)
    save(page)

    visitor.go("/office/account.Invoice/new")
    write(page, "customer", CUSTOMER)
    write(page, "lines-0-product", "SD-PH2")
    write(page, "lines-0-quantity", "12")
    save(page)
    draft = page.url
    shown = page.locator(".verdict")
    expect(shown).to_contain_text("The rules of XRechnung 3 are broken")
    assert quiet(page) == []
    pictures.take(page, "einvoice-draft")
    post(page)
    expect(page.locator(".toast, .alert").filter(has_text="breaks the rules of XRechnung 3").first).to_be_visible()

    page.goto(draft)
    shown.get_by_role("link", name="Buyer reference").click()
    page.wait_for_url(re.compile(r"/edit#f-v\.buyer_reference$"))
    expect(page.locator("[id='f-v.buyer_reference-findings']")).to_contain_text("Leitweg-ID")
    assert quiet(page) == []
    pictures.take(page, "einvoice-edit")
    write(page, "buyer_reference", LEITWEG)
    save(page)
    expect(page.locator(".verdict.is-success")).to_contain_text("Ready to be issued as XRechnung 3")
    pictures.take(page, "einvoice-ready")

    post(page)
    page.wait_for_selector("a:has-text('XML')")
    xml = page.request.get(page.get_by_role("link", name="XML").get_attribute("href") or "").body()
    pdf = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href") or "").body()
    assert [one.rule for one in check_profile(xml, "xrechnung") if one.severity == "fatal"] == []
    assert read(xml).buyer_reference == LEITWEG
    assert list(PdfReader(io.BytesIO(pdf)).attachments.values()) == [[xml]]
    assert visitor.faults == []
