"""The page to drop somebody's e-invoice on: readable, harmless, and nothing is stored."""

import io
import json
from typing import Any

import pytest
from pypdf import PdfWriter

from tradewright.app import Site
from tradewright.orm import func, select
from tradewright.testing.client import Browser, browser_for
from tradewright_base.models.attachment import Attachment as File
from tradewright_base.testing import UserFactory
from tradewright_einvoice.engine import Attachment, Item, Note, SupportingDocument, write
from tradewright_einvoice.engine.hybrid import extract
from tradewright_einvoice.engine.testing import sample_invoice, sample_line
from tradewright_einvoice.services.looked_at import pack
from tradewright_einvoice.web.check import MOST, MOST_PACKED

pytestmark = [
    pytest.mark.addons("einvoice"),
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]

PAGE = "/office/einvoice/check"
CONVERT = "/office/einvoice/check/convert"
GOOD = write(sample_invoice())
BAD = GOOD.replace(b"297.50</cbc:TaxInclusiveAmount>", b"297.51</cbc:TaxInclusiveAmount>")


def clerk(site: Site, *roles: str, language: str = "en") -> Browser:
    with site.env() as env:
        user = UserFactory(env).staff(*roles, language=language)
        env.flush()
        user_id = user.id
    desk = browser_for(site)
    desk.sign_in_as(user_id)
    return desk


@pytest.fixture
def desk(site: Site) -> Browser:
    return clerk(site, "einvoice.user")


def drop(desk: Browser, content: bytes, name: str = "invoice.xml", **options: Any) -> str:
    desk.get(PAGE)
    desk.submit({"file": (io.BytesIO(content), name)}, action=PAGE, content_type="multipart/form-data", **options)
    return desk.text


def save_as(desk: Browser, form: str, document: bytes = GOOD) -> bytes:
    desk.get(PAGE)
    desk.post(CONVERT, {"csrf_token": desk.csrf_token(), "document": pack(document, MOST_PACKED), "form": form})
    assert desk.response is not None
    return desk.response.get_data()


def test_a_valid_invoice_is_shown_and_called_valid(desk: Browser, site: Site) -> None:
    text = drop(desk, GOOD)
    assert desk.status == 200
    for expected in (
        "The document is valid.",
        "Peppol BIS Billing 3.0",
        "Invoice RE-2026-00417",
        "Atelier Dupont SARL",
        "Work gloves",
        "297.50 EUR",
        "DE02 1203 0000 0000 2020 51",
    ):
        assert expected in text
    with site.env() as env:
        assert env.scalar(select(func.count()).select_from(env[File])) == 0


def test_findings_say_rule_line_term_place_and_what_to_do(desk: Browser) -> None:
    text = drop(desk, BAD)
    for expected in (
        "The document is not valid.",
        "BR-CO-15",
        "BT-112",
        "line 105",
        "The total with VAT is 297.51; 250.00 plus VAT 47.50 is another.",
        "Compare the amounts: one of them was computed wrongly.",
        "/inv:Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
    ):
        assert expected in text


def test_the_page_speaks_the_language_of_its_reader(site: Site) -> None:
    desk = clerk(site, "einvoice.user", language="de")
    text = drop(desk, BAD)
    for expected in ("Das Dokument ist nicht gültig.", "Zeile 105", "297,50 EUR", "Rechnung RE-2026-00417", "Stk."):
        assert expected in text


def test_a_pdf_shows_the_invoice_inside(desk: Browser) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("factur-x.xml", write(sample_invoice(), "cii", "en16931"))
    writer.add_attachment("terms.txt", b"our terms")
    content = io.BytesIO()
    writer.write(content)
    text = drop(desk, content.getvalue(), "invoice.pdf")
    for expected in ("PDF with XML inside", "CII", "factur-x.xml", "terms.txt", "Work gloves"):
        assert expected in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7 nonsense", "The PDF is damaged"),
        (b"PK\x03\x04", "This is a ZIP archive or an office document"),
        (b"\x00\x01\x02", "not well-formed XML"),
        (b"<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>", "document type definition"),
        (b"<html/>", "a web page"),
        (b" ", "The file is empty."),
    ],
)
def test_what_is_no_invoice_is_told_and_nothing_else_is_shown(desk: Browser, content: bytes, told: str) -> None:
    text = drop(desk, content)
    assert desk.status == 200
    assert "This is no e-invoice that can be checked." in text
    assert told in text
    assert "Save in another form" not in text


def test_text_of_strangers_stays_text(desk: Browser) -> None:
    canary = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    supporting = SupportingDocument(
        reference=canary,
        description=canary,
        uri="javascript:alert(3)",
        attachment=Attachment(content=b"MZ", mime_type="application/pdf", filename="../../evil.html"),
    )
    invoice = sample_invoice(
        notes=(Note(canary),),
        lines=(sample_line(item=Item(name=canary, description=f"\u202e{canary}")),),
        supporting_documents=(supporting,),
    )
    text = drop(desk, write(invoice), f"{canary}.xml")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'href="javascript' not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_missing_file_and_one_too_large_are_told(desk: Browser) -> None:
    desk.get(PAGE)
    desk.submit({}, action=PAGE, content_type="multipart/form-data")
    assert desk.status == 422
    assert "Drop a file here" in desk.text
    length = {"CONTENT_LENGTH": str(MOST + 1)}
    desk.post(PAGE, b"--x", content_type="multipart/form-data; boundary=x", environ_overrides=length)
    assert desk.status == 413


def test_a_long_invoice_is_cut_and_counted(desk: Browser) -> None:
    invoice = sample_invoice(lines=tuple(sample_line(number) for number in range(1, 302)))
    text = drop(desk, write(invoice))
    assert "101 more lines" in text
    assert "TW-00200" in text
    assert "TW-00201" not in text


def test_the_document_is_saved_in_another_form(desk: Browser) -> None:
    drop(desk, GOOD)
    packed = dict(desk.form(CONVERT).fields)["document"]
    assert packed == pack(GOOD, MOST_PACKED)
    assert save_as(desk, "xml") == GOOD
    assert desk.response is not None
    assert desk.response.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(save_as(desk, "json"))["number"] == "RE-2026-00417"
    assert b"CrossIndustryInvoice" in save_as(desk, "cii")
    assert extract(save_as(desk, "factur-x"))[0] == "factur-x.xml"
    assert extract(save_as(desk, "pdf")) == ("invoice.xml", GOOD)


def test_a_document_that_was_tampered_with_is_refused(desk: Browser) -> None:
    desk.get(PAGE)
    token = desk.csrf_token()
    bomb = pack(b" " * 200_000_000, 4_000_000)
    for packed in ("", "nonsense", "!!", "ä", bomb, pack(GOOD, MOST_PACKED)[:-40]):
        desk.post(CONVERT, {"csrf_token": token, "document": packed, "form": "json"})
        assert desk.status in {400, 409, 422, 303}, packed[:20]
    desk.post(CONVERT, {"csrf_token": token, "document": pack(b"<a/>", 1_000), "form": "json"})
    assert desk.status in {400, 409, 422, 303}
    desk.post(CONVERT, {"csrf_token": token, "document": pack(GOOD, MOST_PACKED), "form": "exe"})
    assert desk.status in {400, 422, 303}


def test_only_those_who_work_with_e_invoices_may(site: Site) -> None:
    stranger = clerk(site, "base.user")
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(PAGE, {}).status_code in {400, 403, 404}
    assert stranger.post(CONVERT, {}).status_code in {400, 403, 404}
    nobody = browser_for(site)
    assert nobody.open(PAGE).status_code in {302, 303, 401}


def test_the_menu_leads_there(desk: Browser) -> None:
    desk.get("/office")
    assert f'href="{PAGE}"' in desk.text
