"""Invoices inside of PDF files: what counts is found, and hostile files cost little and say why they are refused."""

import io
import os
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from tradewright_einvoice.engine import hybrid, write
from tradewright_einvoice.engine.hybrid import PdfError, extract, look_into, read_any, safe_name
from tradewright_einvoice.engine.testing import sample_invoice

XML = write(sample_invoice())
OTHER = write(sample_invoice(number="RE-2026-99999"))


def pdf(*files: tuple[str, bytes], change: Callable[[PdfWriter], object] = lambda _writer: None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, content in files:
        writer.add_attachment(name, content)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def by_hand(objects: Sequence[bytes]) -> bytes:
    """A PDF of objects numbered from 1, the first of which is the catalog; with a table of their places."""
    content = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + head + table + tail


def with_stream(stream: bytes, filters: bytes = b"/FlateDecode", name: bytes = b"factur-x.xml") -> bytes:
    return by_hand(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 3 0 R] >> >> >>",
            b"<< /Type /Pages /Kids [] /Count 0 >>",
            b"<< /Type /Filespec /F (%b) /UF (%b) /EF << /F 4 0 R >> >>" % (name, name),
            b"<< /Filter %b /Length %d >>\nstream\n%b\nendstream" % (filters, len(stream), stream),
        ]
    )


def refusal(document: bytes) -> str:
    started = time.monotonic()
    with pytest.raises(PdfError) as caught:
        extract(document)
    assert time.monotonic() - started < 2 * hybrid.SECONDS
    finding = caught.value.finding()
    assert finding.severity == "fatal"
    assert finding.text("de") != finding.message
    return finding.rule


@pytest.mark.parametrize(
    "name", ["factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "invoice.xml"]
)
def test_the_invoice_is_found_by_the_names_of_the_specifications(name: str) -> None:
    found = look_into(pdf(("readme.txt", b"hello"), (name, XML)))
    assert (found.name, found.xml, found.findings) == (name, XML, ())
    assert [attached.name for attached in found.attachments] == sorted(["readme.txt", name])


def test_an_invoice_of_another_name_is_found_by_what_it_is() -> None:
    found = look_into(pdf(("terms.xml", b"<terms/>"), ("rechnung.xml", XML)))
    assert (found.name, found.xml) == ("rechnung.xml", XML)
    assert [(one.rule, one.severity) for one in found.findings] == [("TW-PDF-08", "warning")]


def test_xml_is_handed_through_and_a_pdf_is_known_by_its_mark() -> None:
    assert read_any(XML).xml == XML
    assert read_any(XML).kind == "xml"
    assert read_any(b"\n\0" + pdf(("factur-x.xml", XML))).kind == "pdf"
    assert not hybrid.is_pdf(b"<a>%PDF-1.7</a>")
    assert not hybrid.is_pdf(b"")


def test_a_file_that_is_only_associated_is_found() -> None:
    def associate(writer: PdfWriter) -> None:
        names = writer.root_object["/Names"]
        assert isinstance(names, DictionaryObject)
        tree = names.pop("/EmbeddedFiles").get_object()
        assert isinstance(tree, DictionaryObject)
        writer.root_object[NameObject("/AF")] = ArrayObject([tree["/Names"][1]])  # type: ignore[index]  # untyped

    assert extract(pdf(("factur-x.xml", XML), change=associate)) == ("factur-x.xml", XML)


def test_the_same_invoice_twice_is_one_and_two_invoices_are_refused() -> None:
    assert extract(pdf(("factur-x.xml", XML), ("zugferd-invoice.xml", XML)))[0] == "factur-x.xml"
    assert refusal(pdf(("factur-x.xml", XML), ("zugferd-invoice.xml", OTHER))) == "TW-PDF-04"
    assert refusal(pdf(("factur-x.xml", XML), ("hidden.xml", OTHER))) == "TW-PDF-04"


def test_a_pdf_without_an_invoice_says_so() -> None:
    assert refusal(pdf()) == "TW-PDF-03"
    assert refusal(pdf(("picture.png", b"\x89PNG"))) == "TW-PDF-03"
    assert refusal(pdf(("terms.xml", b"<terms/>"))) == "TW-PDF-03"


def test_a_file_of_a_known_name_is_handed_to_the_checks_whatever_it_holds() -> None:
    assert extract(pdf(("factur-x.xml", b"no xml at all"))) == ("factur-x.xml", b"no xml at all")


def test_an_encrypted_pdf_asks_for_the_open_one() -> None:
    secret = pdf(("factur-x.xml", XML), change=lambda writer: writer.encrypt("s3cret", algorithm="RC4-128"))
    assert refusal(secret) == "TW-PDF-02"
    openly = pdf(("factur-x.xml", XML), change=lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"))
    assert extract(openly) == ("factur-x.xml", XML)


@pytest.mark.parametrize("document", [b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"\xff" * 5_000, b"hello", b""])
def test_a_damaged_pdf_says_so(document: bytes) -> None:
    assert refusal(document) == "TW-PDF-01"


def test_no_cut_and_no_flipped_byte_makes_it_fail() -> None:
    whole = pdf(("factur-x.xml", XML))
    for place in range(1, len(whole), len(whole) // 5):
        for document in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :]):
            with suppress(PdfError):
                assert extract(document)[1]


def test_a_bomb_is_refused_in_bounded_time_and_memory() -> None:
    huge = zlib.compress(b"<" * 200_000_000, 9)
    assert refusal(with_stream(huge)) == "TW-PDF-05"
    nested = zlib.compress(b"\0" * 60_000_000, 9)
    for _ in range(20):
        nested = zlib.compress(nested, 9)
    assert refusal(with_stream(nested, b"[" + b"/FlateDecode " * 21 + b"]")) in {"TW-PDF-03", "TW-PDF-05"}


def test_a_million_pages_are_never_walked() -> None:
    kids = b"<< /Type /Pages /Count 1000000 /Kids [" + b"2 0 R " * 1_000_000 + b"] >>"
    document = by_hand([b"<< /Type /Catalog /Pages 2 0 R >>", kids])
    started = time.monotonic()
    assert refusal(document) == "TW-PDF-03"
    assert time.monotonic() - started < 10


def test_names_that_go_in_circles_end() -> None:
    circle = by_hand(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Names 3 0 R /AF 4 0 R >>",
            b"<< /Type /Pages /Kids [] /Count 0 >>",
            b"<< /EmbeddedFiles 3 0 R /Kids [3 0 R 3 0 R 3 0 R] /Names [(a) 3 0 R (b) 4 0 R] >>",
            b"[4 0 R 3 0 R 4 0 R]",
        ]
    )
    assert refusal(circle) == "TW-PDF-03"
    assert refusal(by_hand([b"1 0 R", b"<< >>"])) == "TW-PDF-01"


def test_a_file_over_the_limit_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hybrid, "MAX_PDF", 10)
    assert refusal(pdf(("factur-x.xml", XML))) == "TW-PDF-05"


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hybrid, "SECONDS", 0.01)
    with pytest.raises(PdfError) as caught:
        extract(pdf(("factur-x.xml", XML)))
    assert caught.value.rule == "TW-PDF-05"


def test_the_name_of_an_attachment_leads_nowhere() -> None:
    found = look_into(pdf(("../../../etc/cron.d/factur-x.xml", XML)))
    assert found.name == "factur-x.xml"
    assert [(one.rule, one.severity) for one in found.findings] == [("TW-PDF-07", "warning")]
    assert found.findings[0].message == (
        "The attachment is named '../../../etc/cron.d/factur-x.xml'; only factur-x.xml is used of it."
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.xml", "a.xml"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\a.xml", "a.xml"),
        ("C:a.xml", "a.xml"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (".hidden", "hidden"),
        ("a\nb\0.xml", "a_b_.xml"),
        ("a\u202elmx.exe", "a_lmx.exe"),
        ("d/e/", "unnamed"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert os.path.basename(safe_name(name)) == safe  # noqa: PTH119  # what another program would make of it


@pytest.mark.parametrize(
    ("place", "action"),
    [("/OpenAction", {"/S": "/JavaScript"}), ("/OpenAction", {"/S": "/Launch"}), ("/AA", {"/WC": "/Launch"})],
)
def test_scripts_and_programs_are_told_and_not_run(place: str, action: dict[str, str]) -> None:
    def armed(writer: PdfWriter) -> None:
        script = {NameObject(key): NameObject(value) for key, value in action.items()}
        writer.root_object[NameObject(place)] = DictionaryObject(script)

    found = look_into(pdf(("factur-x.xml", XML), change=armed))
    assert found.xml == XML
    assert [one.rule for one in found.findings] == ["TW-PDF-06"]
