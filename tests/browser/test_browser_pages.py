"""What holds for every page: accessible, quiet, narrow enough for a phone, and usable without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.accessible import STILL, grave_faults
from tests.browser.demo import Visitor

BUYER = "katrin@petersen-elektro.example"
PORTAL = (
    "/portal",
    "/portal/catalogue",
    "/portal/pad",
    "/portal/cart",
    "/portal/orders",
    "/portal/shipments",
    "/portal/invoices",
    "/portal/account",
    "/portal/tickets",
    "/portal/tickets/new",
    "/portal/company",
    "/portal/notifications",
)
DETAILS = ("/portal/products/", "/portal/orders/", "/portal/shipments/", "/portal/invoices/")
"""What their lists lead to; the first one is looked at."""
OFFICE = (
    "/office",
    "/office/base.Partner",
    "/office/base.Partner/1",
    "/office/base.Partner/1/edit",
    "/office/product.Product",
    "/office/product.Campaign/1",
    "/office/sale.Order",
    "/office/sale.Order/1",
    "/office/sale.Order/34/edit",
    "/office/sale.Order?view=sale.order_kanban",
    "/office/stock.Shipment",
    "/office/account.Invoice",
    "/office/account.Invoice/1",
    "/office/einvoice/check",
    "/office/helpdesk.Ticket",
    "/office/mailbox",
)
PHONE: ViewportSize = {"width": 360, "height": 740}


def _pages(visitor: Visitor, area: str) -> list[str]:
    """The pages of an area; those of the portal with one of each document."""
    if area == "office":
        return list(OFFICE)
    found: list[str] = [*PORTAL]
    for path in DETAILS:
        page = visitor.go({"/portal/products/": "/portal/catalogue"}.get(path, path.rstrip("/")))
        link = page.locator(f"main a[href^='{path}']").first.get_attribute("href")
        assert link, f"nothing to look at below {path}"
        found.append(link)
    return found


def _enter(visit: Callable[..., Visitor], area: str) -> Visitor:
    visitor = visit()
    visitor.sign_in("admin@nordlicht.example" if area == "office" else BUYER)
    return visitor


@pytest.mark.parametrize("area", ["portal", "office"])
def test_pages_are_accessible_and_quiet(visit: Callable[..., Visitor], area: str) -> None:
    visitor = _enter(visit, area)
    found = []
    for path in _pages(visitor, area):
        page = visitor.go(path)
        faults = grave_faults(page)
        page.emulate_media(color_scheme="dark")
        faults += grave_faults(page, contrast_only=True)
        page.emulate_media(color_scheme="light")
        found += [f"{path}: {fault}" for fault in faults]
    assert found == []
    assert visitor.faults == []


def test_colours_are_judged_when_they_have_arrived(visit: Callable[..., Visitor]) -> None:
    visitor = visit(bypass_csp=True)
    page = visitor.go("/login")
    page.add_style_tag(content=":root { --move: 500ms linear }")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("document.getAnimations().length") > 0
    page.evaluate(STILL)
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("area", ["portal", "office"])
def test_no_page_is_wider_than_a_phone(visit: Callable[..., Visitor], area: str) -> None:
    visitor = _enter(visit, area)
    visitor.page.set_viewport_size(PHONE)
    wide = []
    for path in _pages(visitor, area):
        width = visitor.go(path).evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append(f"{path}: {width} px")
    assert wide == []


def test_an_order_is_placed_without_javascript(visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in(BUYER)
    visitor.go("/portal/catalogue?q=HM-1000")
    page.locator("main form[action='/portal/cart/add'] button[type=submit]").last.click()
    visitor.go("/portal/cart")
    expect(page.locator("main")).to_contain_text("HM-1000")
    page.locator("form[action='/portal/cart/order'] button[type=submit]").click()
    page.wait_for_url("**/portal/orders/*")
    expect(page.locator("h1")).to_contain_text("SO-")
    page.locator("header details.menu summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("area", ["portal", "office"])
def test_every_page_is_there_without_javascript(visit: Callable[..., Visitor], area: str) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.sign_in("admin@nordlicht.example" if area == "office" else BUYER)
    for path in PORTAL if area == "portal" else OFFICE:
        expect(visitor.go(path).locator("h1")).to_be_visible()
