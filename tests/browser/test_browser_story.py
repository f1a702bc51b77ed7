"""The whole story of an order, as its people click it: invited, ordered, shipped, invoiced, disputed, answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.browser.demo import Visitor
from tests.browser.pictures import Pictures

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = {"cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"}
NEW_PASSWORD = "a long and quiet river"


@dataclass(frozen=True, slots=True)
class Story:
    """Who orders what, in which language, and the words that tell the language of a page."""

    language: str
    switch: str
    customer: str
    contact: str
    email: str
    plenty: tuple[str, ...]
    scarce: tuple[str, str]
    words: dict[str, str]

    @property
    def pasted(self) -> str:
        """The list that the buyer pastes: ten articles in stock, and five each of two that have three."""
        return "\n".join([*(f"{sku}\t2" for sku in self.plenty), *(f"{sku}\t5" for sku in self.scarce)])


ENGLISH = Story(
    language="en",
    switch="English",
    customer="Van der Meer Techniek B.V.",
    contact="Pieter van der Meer",
    email="pieter@vandermeer-techniek.example",
    plenty=("SD-PH2", "SD-PZ2", "SD-T20", "VDE-PH1", "PL-CMB", "HM-300", "RS-10", "TM-3", "CB-16", "LP-6060"),
    scarce=("VDE-S35", "RS-08"),
    words={
        "home": "Balance",
        "catalogue": "Catalogue",
        "pad": "Order pad",
        "cart": "Ship what is there, the rest later",
        "order": "Waiting for stock",
        "notifications": "Notifications",
        "invoice": "Download",
        "home-after": "Partly shipped, rest waits for stock",
        "account": "Open items",
        "ticket-new": "Disputed amount",
        "ticket": "Answer",
    },
)
CHINESE = Story(
    language="zh-Hans",
    switch="简体中文",
    customer="Maintenance Industrielle du Rhin SAS",
    contact="Julien Schmitt",
    email="julien@mir-maintenance.example",
    plenty=("SD-S55", "VDE-PH2", "PL-SIDE", "PL-LONG", "HM-500", "RS-13", "SDS-08", "TM-5", "CB-20", "RCD-40"),
    scarce=("LV-40", "EL-3"),
    words={
        "home": "余额",
        "catalogue": "目录",
        "pad": "快速下单",
        "cart": "先发现货，其余稍后发",
        "order": "等待库存",
        "notifications": "通知",
        "invoice": "下载",
        "home-after": "部分已发货，其余等待库存",
        "account": "未结项",
        "ticket-new": "争议金额",
        "ticket": "回复",
    },
)


def paths(page: Page) -> str:
    """The path of the page's address."""
    return re.sub(r"^https?://[^/]+", "", page.url)


def link_with(page: Page, path: str) -> str:
    """The address of the first link of the page whose path begins so."""
    found = page.locator(f"main a[href^='{path}']").first.get_attribute("href")
    assert found, f"no link to {path} on {page.url}"
    return found


def amount(text: str) -> Decimal:
    """The first amount of money in a text in English or Chinese: both write 1,234.56."""
    found = re.search(r"\d[\d,]*\.\d\d", text)
    assert found, f"no amount in {text!r}"
    return Decimal(found[0].replace(",", ""))


class Play:
    """The steps of the story; each leaves the people where the next one begins."""

    def __init__(self, story: Story, visit: Callable[..., Visitor], pictures: Pictures) -> None:
        self.story = story
        self.visit = visit
        self.pictures = pictures
        self.anna = visit()
        self.anna.sign_in("anna@nordlicht.example")
        self.lars = visit()
        self.lars.sign_in("lars@nordlicht.example")
        self.mei = visit()
        self.mei.sign_in("mei@nordlicht.example")
        self.buyer = visit()
        self.number = ""

    def shoot(self, page: Page, name: str, keep_as: str | None = None) -> None:
        """Take pictures of a page in the language of the story."""
        self.pictures.take(page, f"{self.story.language}-{name}", keep_as=keep_as)

    def read(self, key: str) -> None:
        """The buyer's page is in the language of the story."""
        page = self.buyer.page
        expect(page.locator("html")).to_have_attribute("lang", self.story.language)
        if word := self.story.words.get(key):
            expect(page.locator("main")).to_contain_text(word)

    # Steps -----------------------------------------------------------------------------------------------------

    def invite(self) -> None:
        """The salesperson finds the contact by the company and invites."""
        page = self.anna.page
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Contacts").click()
        page.get_by_role("main").get_by_role("searchbox").fill(self.story.customer)
        page.get_by_role("main").get_by_role("searchbox").press("Enter")
        page.get_by_role("main").get_by_role("link", name=self.story.customer, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(self.story.customer)
        page.get_by_role("main").get_by_role("link", name=self.story.contact).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(self.story.contact)
        self.shoot(page, "office-contact")
        page.get_by_role("button", name="Invite to portal").click()
        expect(page.get_by_role("status")).to_be_visible()

    def mail(self, subject: str) -> Page:
        """The newest mail to the buyer with a word in its subject, opened in the mailbox page."""
        page = self.anna.page
        row = page.get_by_role("row").filter(has_text=self.story.email).filter(has_text=subject)
        for _attempt in range(30):
            self.anna.go(f"/office/mailbox?q={self.story.email}")
            if row.count():
                break
            page.wait_for_timeout(300)
        row.first.get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(subject)
        return page

    def activate(self) -> None:
        """The contact opens the link of the mail and chooses a password."""
        page = self.mail("portal")
        body = page.frame_locator("iframe")
        link = body.get_by_role("link", name="Set up your access").get_attribute("href")
        assert link
        assert "/portal/activate/" in link
        page = self.buyer.go(link)
        self.shoot(page, "activate")
        page.locator("[name=password]").fill(NEW_PASSWORD)
        page.locator("form[action*=activate] button").click()
        page.wait_for_url("**/portal")
        if self.story.switch != "English":
            page.locator("header details.menu summary").click()
            page.get_by_role("button", name=self.story.switch).click()
        self.read("home")

    def see_campaign(self) -> None:
        """The home page shows a campaign, and a balance that is kept for the end."""
        page = self.buyer.page
        expect(page.locator("section.alert").first).to_contain_text("10 %")
        self.before = amount(page.locator(".balance-value").inner_text())
        self.shoot(page, "home")
        self.buyer.go("/portal/catalogue")
        self.shoot(page, "catalogue")
        self.read("catalogue")

    def order(self) -> None:
        """Twelve lines by the order pad; two are short; what is there is shipped, the rest later."""
        page = self.buyer.go("/portal/pad")
        page.locator("textarea[name=lines]").fill(self.story.pasted)
        page.locator("form[action='/portal/pad'] .form-actions button").click()
        expect(page.locator("#cart-count")).to_contain_text("12")
        self.shoot(page, "pad")
        self.read("pad")
        self.buyer.go("/portal/cart")
        short = page.locator("#cart [name^='quantity.']")
        expect(short).to_have_count(12)
        expect(page.locator("#cart .cart-line .shortage")).to_have_count(2)
        self.shoot(page, "cart")
        self.read("cart")
        page.locator("input[name=policy][value=backorder]").check()
        page.locator("[name=reference]").fill(f"PO-{self.story.language}")
        page.locator("form[action='/portal/cart/order'] button[type=submit]").click()
        page.wait_for_url("**/portal/orders/*")
        self.number = re.search(r"SO-\d{4}-\d+", page.locator("h1").inner_text())[0]  # type: ignore[index]
        self.order_path = paths(page)
        self.total = amount(page.locator("main dl.totals, main .totals").first.inner_text().split("\n")[-1])
        self.shoot(page, "order")
        self.read("order")

    def ship(self) -> None:
        """The warehouse ships the part that is ready."""
        page = self.lars.go("/office/stock.Shipment?filter=ready&filter=outgoing")
        self.shoot(page, "office-shipments")
        page.get_by_role("row").filter(has_text=self.number).get_by_role("link").first.click()
        expect(page.locator("main")).to_contain_text("pcs")
        self.shoot(page, "office-shipment")
        page.get_by_role("button", name="Ship", exact=True).click()
        expect(page.locator("main")).to_contain_text("Done")

    def news(self) -> None:
        """Confirmation and shipment are announced by mail and in the portal."""
        self.mail(self.number)
        self.mail("SH-")
        page = self.buyer.go("/portal/notifications")
        expect(page.locator("main")).to_contain_text(self.number)
        expect(page.locator("main")).to_contain_text("SH-")
        self.shoot(page, "notifications")
        self.read("notifications")
        self.buyer.go("/portal/shipments")
        page.locator("main a[href^='/portal/shipments/']").first.click()
        self.shoot(page, "shipment")
        self.read("shipment")

    def invoice(self) -> None:
        """Accounting invoices what was shipped, and posts it."""
        page = self.mei.go(f"/office/sale.Order?q={self.number}")
        page.get_by_role("main").get_by_role("link", name=self.number).first.click()
        self.shoot(page, "office-order", keep_as="office.png" if self.story is ENGLISH else None)
        page.get_by_role("button", name="Invoice", exact=True).click()
        self.open_draft(page)
        page.get_by_role("button", name="Post", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Post", exact=True).click()
        expect(page.locator("h1")).to_contain_text("INV-")
        self.bill = page.locator("h1").inner_text().strip()
        self.shoot(page, "office-invoice")

    def open_draft(self, page: Page) -> None:
        """Open the draft that invoicing made, wherever the button led."""
        if "account.Invoice" not in page.url:
            page.get_by_role("navigation", name="Pages").get_by_role("link", name="Invoices").click()
            page.locator("main a[href*='/office/account.Invoice/']").last.click()
        expect(page.get_by_role("button", name="Post", exact=True)).to_be_visible()

    def download(self) -> None:
        """The buyer downloads the invoice: PDF, and XML with the totals of the page and of the lines."""
        page = self.buyer.go("/portal/invoices")
        page.get_by_role("link", name=self.bill).click()
        self.invoice_path = paths(page)
        expect(page.locator("h1")).to_contain_text(self.bill)
        self.shoot(page, "invoice")
        self.read("invoice")
        rows = page.locator("main table").first.locator("tbody tr")
        lines = sum((amount(row.inner_text().replace("\n", "\t").rsplit("€", 1)[-1]) for row in rows.all()), Decimal(0))
        total = amount(page.locator("main dl.totals, main .totals").first.inner_text().split("\n")[-1])
        request = self.buyer.context.request
        assert request.get(f"{self.invoice_path}.pdf").body().startswith(b"%PDF")
        tree = etree.fromstring(request.get(f"{self.invoice_path}.xml").body())
        assert self.figure(tree, "PayableAmount") == total
        assert self.figure(tree, "TaxExclusiveAmount") == lines
        assert total < self.total, "the rest is not shipped, so it is not invoiced"
        self.billed = total

    @staticmethod
    def figure(tree: etree._Element, name: str) -> Decimal:
        """An amount of the XML's totals."""
        return Decimal(tree.xpath(f"string(//cbc:{name})", namespaces=NAMES))

    def balance(self) -> None:
        """The balance has moved by at least what was invoiced."""
        page = self.buyer.go("/portal")
        after = amount(page.locator(".balance-value").inner_text())
        assert after - self.before >= self.billed
        self.read("home-after")
        self.shoot(page, "home-after", keep_as="portal.png" if self.story is ENGLISH else None)
        self.buyer.go("/portal/account")
        expect(page.locator("main")).to_contain_text(self.bill)
        self.shoot(page, "account")
        self.read("account")

    def dispute(self) -> None:
        """The buyer disputes a line of the invoice."""
        page = self.buyer.go(self.invoice_path)
        page.locator("main table a[href*='line=']").first.click()
        page.locator("input[name=kind][value=dispute]").check()
        page.locator("[name=subject]").fill("Two screwdrivers are bent")
        page.locator("[name=body]").fill("Both arrived in an open box.")
        page.locator("[name=amount]").fill("12.80")
        self.shoot(page, "ticket-new")
        self.read("ticket-new")
        page.locator("main form .form-actions button").first.click()
        page.wait_for_url(re.compile("/portal/tickets/[^/]+$"))
        self.ticket_path = paths(page)

    def answer(self) -> None:
        """Helpdesk answers, and the buyer reads it."""
        page = self.anna.go("/office/helpdesk.Ticket?filter=open")
        page.get_by_role("row").filter(has_text=self.story.customer).get_by_role("link").first.click()
        page.get_by_role("button", name="Answer", exact=True).click()
        page.get_by_label("Message").fill("We send two new ones tomorrow.")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator("main")).to_contain_text("We send two new ones tomorrow.")
        self.shoot(page, "office-ticket")
        page = self.buyer.go(self.ticket_path)
        expect(page.locator("main")).to_contain_text("We send two new ones tomorrow.")
        self.shoot(page, "ticket")
        self.read("ticket")


@pytest.mark.parametrize(
    "story", [pytest.param(ENGLISH, id="en"), pytest.param(CHINESE, id="zh", marks=pytest.mark.long)]
)
def test_from_the_invitation_to_the_answer(story: Story, visit: Callable[..., Visitor], pictures: Pictures) -> None:
    play = Play(story, visit, pictures)
    play.invite()
    play.activate()
    play.see_campaign()
    play.order()
    play.ship()
    play.news()
    play.invoice()
    play.download()
    play.balance()
    play.dispute()
    play.answer()
    assert play.anna.faults + play.lars.faults + play.mei.faults + play.buyer.faults == []
