"""A foreign e-invoice on the page of the office: read, judged and saved, by keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import grave_faults
from tests.browser.demo import Visitor
from tests.browser.pictures import Pictures
from tradewright_einvoice.engine import Item, write
from tradewright_einvoice.engine.testing import sample_invoice, sample_line

PAGE = "/office/einvoice/check"
STAFF = "admin@nordlicht.example"
CANARY = "<img src=x onerror=document.title='canary'>"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A broken invoice with markup in a name."""
    document = write(sample_invoice(lines=(sample_line(1, item=Item(name=CANARY)), sample_line(2))))
    path = tmp_path / "invoice.xml"
    path.write_bytes(document.replace(b"297.50</cbc:TaxInclusiveAmount>", b"297.51</cbc:TaxInclusiveAmount>"))
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dropped_invoice_is_read_and_judged(
    visit: Callable[..., Visitor], pictures: Pictures, file: Path, scheme: str
) -> None:
    visitor = visit(color_scheme=scheme)
    visitor.sign_in(STAFF)
    page = visitor.go(PAGE)
    page.get_by_label("E-invoice", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check file").press("Enter")
    expect(page.get_by_text("The document is not valid.")).to_be_visible()
    expect(page.locator(".found")).to_contain_text("BR-CO-15")
    expect(page.locator("main")).to_contain_text(CANARY)
    assert "canary" not in page.title()
    if scheme == "light":
        pictures.take(page, "einvoice-check")
    assert grave_faults(page) == []
    assert visitor.faults == []


def test_it_works_without_scripts_on_a_phone_and_is_saved_in_another_form(
    visit: Callable[..., Visitor], file: Path
) -> None:
    visitor = visit(java_script_enabled=False, viewport={"width": 360, "height": 740})
    visitor.sign_in(STAFF)
    page = visitor.go(PAGE)
    page.get_by_label("E-invoice", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check file").click()
    expect(page.get_by_text("The document is not valid.")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="CII").click()
    assert started.value.suggested_filename == "RE-2026-00417.xml"
    assert b"CrossIndustryInvoice" in Path(started.value.path()).read_bytes()
