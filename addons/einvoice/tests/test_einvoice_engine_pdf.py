"""The invoice as PDF: readable, complete, with its XML inside, and without a way to files or networks."""

import io
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from lxml import etree
from pypdf import PdfReader

from tradewright_einvoice.engine import (
    Account,
    AllowanceCharge,
    Invoice,
    Item,
    Note,
    PaymentInstructions,
    PrecedingInvoice,
    Price,
    Totals,
    read,
    write,
)
from tradewright_einvoice.engine import pdf as renderer
from tradewright_einvoice.engine.hybrid import extract
from tradewright_einvoice.engine.labels import LANGUAGES, labels
from tradewright_einvoice.engine.pdf import RenderError, page, render
from tradewright_einvoice.engine.rendering import Look, picture
from tradewright_einvoice.engine.sepa import grouped, is_iban, transfer_code, transfer_payload
from tradewright_einvoice.engine.testing import IBAN, sample_invoice, sample_line

# WeasyPrint leaves the file of its colour profile to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]

EN = "urn:cen.eu:en16931:2017"
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
PDFA = "{http://www.aiim.org/pdfa/ns/"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def text_of(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    return re.sub(r"\s+", " ", " ".join(found.extract_text() for found in reader.pages))


def long_invoice(count: int = 60) -> Invoice:
    discount = (AllowanceCharge(amount=Decimal("1.25"), base=Decimal(125), percent=Decimal(1), reason="Bonus"),)
    lines = tuple(
        sample_line(number, item=Item(name=f"Article {number}"), allowances=discount if number % 3 == 0 else ())
        for number in range(1, count + 1)
    )
    return sample_invoice(lines=lines, notes=(Note("The goods remain ours until paid."),))


def test_a_pdf_shows_the_invoice_and_holds_its_xml() -> None:
    invoice = sample_invoice()
    document = write(invoice)
    content = render(invoice, document)
    shown = text_of(content)
    for expected in (
        "Invoice RE-2026-00417",
        "Atelier Dupont SARL",
        "Work gloves",
        "297.50 EUR",
        "DE02 1203 0000 0000 2020 51",
    ):
        assert expected in shown
    reader = PdfReader(io.BytesIO(content))
    assert {name: list(files) for name, files in reader.attachments.items()} == {"invoice.xml": [document]}
    assert read(reader.attachments["invoice.xml"][0]).totals == invoice.totals


def test_a_pdf_is_an_archive_and_names_its_attachment_as_an_alternative() -> None:
    reader = PdfReader(io.BytesIO(render(sample_invoice(), write(sample_invoice()))))
    catalog: Any = reader.trailer["/Root"]
    files = [reference.get_object() for reference in catalog["/AF"]]
    assert [(file["/UF"], file["/AFRelationship"]) for file in files] == [("invoice.xml", "/Alternative")]
    metadata = catalog["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="B"' in metadata
    assert catalog["/OutputIntents"]
    assert catalog["/Lang"] == "en"


def metadata_of(content: bytes) -> tuple[dict[str, str], str]:
    """The properties of Factur-X in a PDF, and the relationship of the file that they name."""
    catalog: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    tree: Any = etree.fromstring(catalog["/Metadata"].get_object().get_data())
    assert len(tree.findall(f"{RDF}RDF")) == 1
    properties = {
        found.tag.removeprefix(FX): found.text or "" for found in tree.iter() if str(found.tag).startswith(FX)
    }
    described = [found.text for found in tree.iter(f"{PDFA}property#}}name")]
    assert described == list(properties)
    assert [found.text for found in tree.iter(f"{PDFA}schema#}}prefix")] == (["fx"] if properties else [])
    (file,) = (reference.get_object() for reference in catalog["/AF"])
    assert file["/UF"] == file["/F"] == properties.get("DocumentFileName", "invoice.xml")
    stream = file["/EF"]["/F"]
    assert stream["/Subtype"] == "/text/xml"
    assert {"/ModDate", "/Size"} <= set(stream["/Params"])
    return properties, file["/AFRelationship"]


@pytest.mark.parametrize(
    ("specification", "name", "level", "version", "relationship"),
    [
        (EN, "factur-x.xml", "EN 16931", "1.0", "/Alternative"),
        (f"{EN}#compliant#urn:factur-x.eu:1p0:basic", "factur-x.xml", "BASIC", "1.0", "/Alternative"),
        (f"{EN}#conformant#urn:factur-x.eu:1p0:extended", "factur-x.xml", "EXTENDED", "1.0", "/Alternative"),
        (
            f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
            "xrechnung.xml",
            "XRECHNUNG",
            "3.0",
            "/Alternative",
        ),
        ("urn:factur-x.eu:1p0:basicwl", "factur-x.xml", "BASIC WL", "1.0", "/Data"),
        ("urn:factur-x.eu:1p0:minimum", "factur-x.xml", "MINIMUM", "1.0", "/Data"),
        ("somebody's own", "factur-x.xml", "EN 16931", "1.0", "/Alternative"),
    ],
)
def test_cii_inside_makes_it_factur_x_of_the_level_that_the_document_names(
    specification: str, name: str, level: str, version: str, relationship: str
) -> None:
    document = write(sample_invoice(), "cii", "en16931").replace(f">{EN}<".encode(), f">{specification}<".encode())
    content = render(sample_invoice(), document)
    assert metadata_of(content) == (
        {"DocumentType": "INVOICE", "DocumentFileName": name, "Version": version, "ConformanceLevel": level},
        relationship,
    )
    assert extract(content) == (name, document)


def test_ubl_inside_says_nothing_of_factur_x() -> None:
    document = write(sample_invoice())
    content = render(sample_invoice(), document)
    assert metadata_of(content) == ({}, "/Alternative")
    assert extract(content) == ("invoice.xml", document)


def test_a_pdf_keeps_the_rules_of_archives() -> None:
    """What a validator of PDF/A-3b looks at first; none is available to the tests."""
    content = render(sample_invoice(), write(sample_invoice(), "cii", "en16931"), look=Look(logo=PIXEL))
    reader = PdfReader(io.BytesIO(content))
    catalog: Any = reader.trailer["/Root"]
    (intent,) = catalog["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    assert "/ID" in reader.trailer
    assert not {"/Encrypt", "/Prev"} & set(reader.trailer)
    assert not {"/AA", "/OpenAction", "/AcroForm"} & set(catalog)
    assert not re.search(rb"/(JavaScript|Launch|LZWDecode|Movie|Sound)\b", content)
    fonts = [font.get_object() for shown in reader.pages for font in cast("Any", shown)["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        (inner,) = (found.get_object() for found in font["/DescendantFonts"])
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
        assert "/ToUnicode" in font
    assert catalog["/MarkInfo"]["/Marked"]


def test_units_have_words_in_each_language() -> None:
    assert "10\N{NO-BREAK SPACE}Stk." in page(sample_invoice(), Look(language="de"))
    assert "10\N{NO-BREAK SPACE}XYZ" in page(sample_invoice(lines=(sample_line(unit="XYZ"),)))


def test_names_from_right_to_left_are_isolated_and_bring_no_directions_along() -> None:
    item = Item(name="\u05db\u05e4\u05e4\u05d5\u05ea 40mm (XL)", description="\u202egnp.exe\n\u0634 12")
    html = page(sample_invoice(lines=(sample_line(item=item),)))
    assert "\u2067\u05db\u05e4\u05e4\u05d5\u05ea 40mm (XL)\u2069" in html
    assert "gnp.exe\n\u2067\u0634 12\u2069" in html
    assert "\u202e" not in html


def test_a_pdf_of_sixty_lines_repeats_its_head_and_counts_its_pages() -> None:
    content = render(long_invoice())
    pages = [found.extract_text() for found in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) > 2
    for number, shown in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in re.sub(r"\s+", " ", shown)
        assert ("Quantity" in shown) or number == len(pages)
    assert all("Invoice RE-2026-00417" in shown for shown in pages)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "Rechnung RE-2026-00417"), ("zh_Hans", "发票 RE-2026-00417"), ("fr", "Invoice RE-2026-00417")],
)
def test_a_pdf_speaks_the_language_of_its_reader(language: str, expected: str) -> None:
    assert expected in text_of(render(sample_invoice(), look=Look(language=language)))


def test_a_credit_note_says_so_and_has_no_code_to_pay() -> None:
    invoice = sample_invoice(type_code="381", preceding=(PrecedingInvoice(number="RE-2026-00401"),))
    shown = text_of(render(invoice, write(invoice)))
    assert "Credit note RE-2026-00417" in shown
    assert "Amount credited" in shown
    assert "RE-2026-00401" in shown
    assert transfer_code(invoice) is None


def test_every_language_has_every_word() -> None:
    for language in LANGUAGES:
        assert set(labels(language)) == set(labels("en"))
    assert labels("de-AT") == labels("de")
    assert labels("zh") == labels("zh_Hans")
    assert labels("xx") == labels("en")


def test_words_numbers_and_days_are_those_of_the_caller() -> None:
    look = Look(
        words={"invoice": "Facture"},
        money=lambda value: f"{value:.2f}".replace(".", ","),
        day=lambda day: f"{day:%d/%m/%Y}",
        unit=lambda code, quantity: {"H87": f"pièce{'s' * (quantity > 1)}"}[code],
        country={"FR": "France"}.__getitem__,
    )
    html = page(sample_invoice(), look)
    for expected in ("Facture RE-2026-00417", "297,50 EUR", "12/03/2026", "10\N{NO-BREAK SPACE}pièces", "France"):
        assert expected in html


def test_prices_quantities_and_discounts_are_explained() -> None:
    price = Price(net=Decimal("4.20"), gross=Decimal("5.00"), discount=Decimal("0.80"), base_quantity=Decimal(100))
    allowance = AllowanceCharge(amount=Decimal("0.10"), base=Decimal("0.42"), percent=Decimal(5), reason="Bonus")
    line = sample_line(price=price, allowances=(allowance,))
    html = page(sample_invoice(lines=(line,), totals=Totals(prepaid=Decimal("0.10"))))
    for expected in (
        "per 100\N{NO-BREAK SPACE}pcs",
        "List price 5.00, less 0.80",
        "Bonus 5 %",
        "-0.10",
        "0.42",
        "Paid already",
    ):
        assert expected in html


def test_markup_in_any_text_stays_text() -> None:
    canary = "<script>alert(1)</script><img src=http://127.0.0.1:9/x>"
    invoice = sample_invoice(
        number=canary,
        payment_terms=canary,
        notes=(Note(canary),),
        lines=(sample_line(item=Item(name=canary, description=canary, seller_id=canary)),),
    )
    html = page(invoice, Look(words={"payment": canary}, accent="red;} body {display: none"))
    assert "<script" not in html
    assert "<img src=http" not in html
    assert "display: none" not in html
    assert "alert(1)" in text_of(render(invoice))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/logo.png", "file:///etc/hostname", "https://x.example/a", "ftp://x/y"]
)
def test_the_renderer_reaches_no_file_and_no_network(url: str) -> None:
    with pytest.raises(RenderError) as caught:
        renderer._fetcher().fetch(url)  # noqa: SLF001
    assert str(caught.value) == f"The page of an invoice must not reach {url!r}."


def test_a_logo_is_shown_when_it_is_a_picture() -> None:
    assert picture(PIXEL) is not None
    assert str(picture(PIXEL)).startswith("data:image/png;base64,")
    assert str(picture(b" <svg xmlns='http://www.w3.org/2000/svg'/>")).startswith("data:image/svg+xml;")
    assert picture(b"GIF89a") is None
    assert picture(b"") is None
    content = render(sample_invoice(), look=Look(logo=PIXEL))
    assert "/Subtype /Image" in content.decode("latin-1")


def test_a_logo_that_refers_elsewhere_reaches_nothing() -> None:
    logo = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/x.png" width="9" height="9"/></svg>'
    )
    assert render(sample_invoice(), look=Look(logo=logo)).startswith(b"%PDF-")


def test_the_code_to_pay_says_what_a_banking_app_expects() -> None:
    accounts = (Account(id="DE02 1203 0000 0000 2020 51", bank="BYLADEM1001", name="Nordlicht\nGmbH"),)
    invoice = sample_invoice(payment=PaymentInstructions(means="58", reference="RF 417", accounts=accounts))
    assert transfer_payload(invoice) == (
        "BCD\n002\n1\nSCT\nBYLADEM1001\nNordlicht GmbH\nDE02120300000000202051\nEUR297.50\n\n\nRF 417"
    )
    assert str(transfer_code(invoice)).startswith("data:image/svg+xml")


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "USD"},
        {"payment": None},
        {"payment": PaymentInstructions(means="30", accounts=(Account(id="12345678"),))},
        {"totals": Totals(prepaid=Decimal("297.50"))},
        {"totals": Totals(prepaid=Decimal(1000))},
    ],
)
def test_there_is_no_code_where_no_sepa_transfer_can_pay(changes: dict[str, Any]) -> None:
    assert transfer_payload(sample_invoice(**changes)) is None


@pytest.mark.parametrize(
    ("text", "valid"), [(IBAN, True), ("DE02120300000000202052", False), ("X", False), ("", False)]
)
def test_an_iban_is_known_by_its_check_digits(text: str, valid: bool) -> None:  # noqa: FBT001
    assert is_iban(text) is valid


def test_an_iban_is_shown_in_groups() -> None:
    assert grouped(IBAN) == "DE02 1203 0000 0000 2020 51"


def test_a_page_survives_what_does_not_fit(tmp_path: Path) -> None:
    item = Item(name="W" * 500, description="long " * 200, seller_id="x" * 100)
    invoice = sample_invoice(
        number="N" * 80,
        lines=(sample_line(item=item, quantity=Decimal("1E6"), price=Price(net=Decimal("9999999.99"))),),
    )
    target = tmp_path / "invoice.pdf"
    target.write_bytes(render(invoice, write(invoice)))
    assert len(PdfReader(target).pages) <= 3


def test_the_engine_is_imported_without_the_renderer() -> None:
    program = (
        "import sys, tradewright_einvoice.engine as engine\n"
        "heavy = {'weasyprint', 'segno', 'jinja2', 'sqlalchemy', 'tradewright', 'babel'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    import sys

    root = Path(__file__).resolve().parents[1]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
