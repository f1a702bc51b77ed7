"""HTML to PDF."""

import http.server
import io
import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from tradewright.reports import PdfAttachment, PdfError, render_pdf
from tradewright.reports.pdf import CHILD, Asset

PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_address[1]}", hits
        finally:
            httpd.shutdown()
            thread.join(5)


def test_html_becomes_a_pdf_with_the_given_assets() -> None:
    pdf = render_pdf(
        f"<link rel=stylesheet href=/static/invoice.css><p>Invoice 4711<img src='{PIXEL}'>",
        assets={"/static/invoice.css": Asset(b"p::before { content: 'styled ' }", "text/css")},
    )
    assert "styled Invoice 4711" in _text(pdf)


# WeasyPrint 70 leaves the file of its colour profile to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*sRGB2014:pytest.PytestUnraisableExceptionWarning")
def test_an_attachment_lies_in_the_pdf() -> None:
    pdf = render_pdf(
        "<html lang=en><title>Invoice</title><p>Invoice",
        attachments=[PdfAttachment("invoice.xml", b"<Invoice/>", "The invoice as data", "Alternative")],
        variant="pdf/a-3b",
    )
    assert pypdf.PdfReader(io.BytesIO(pdf)).attachments == {"invoice.xml": [b"<Invoice/>"]}


def test_inj7_nothing_of_the_machine_or_the_network_is_reached(server: tuple[str, list[str]], tmp_path: Path) -> None:
    address, hits = server
    (tmp_path / "secret.css").write_text("p::before { content: 'secret ' }")
    pdf = render_pdf(
        f"<base href='{address}/base/'>"
        f"<link rel=stylesheet href='file://{tmp_path}/secret.css'><link rel=stylesheet href='{tmp_path}/secret.css'>"
        f"<style>@import url({address}/import.css); p {{ background: url({address}/background.png) }}</style>"
        f"<p>Invoice<img src='{address}/picture.png'><img src=relative.png><object data='{address}/object'></object>"
        f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}/svg.png' width=1 height=1 /></svg>"
        f"<a rel=attachment href='file:///etc/hostname'>x</a>",
    )
    assert hits == []
    assert "secret" not in _text(pdf)
    assert not pypdf.PdfReader(io.BytesIO(pdf)).attachments


def test_inj7_twin_a_renderer_with_the_library_s_own_fetcher_is_caught(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import weasyprint.urls  # type: ignore[import-untyped]  # it has no types

    address, hits = server
    monkeypatch.setattr("tradewright.reports.pdf._fetcher", lambda _assets: weasyprint.urls.URLFetcher())
    render_pdf(f"<p>Invoice<img src='{address}/picture.png'>")
    assert hits == ["/picture.png"]


def test_too_long_a_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewright.reports.pdf.MAX_HTML", 10)
    with pytest.raises(PdfError, match="the HTML has 11 characters, more than 10: split the document"):
        render_pdf("<p>12345678")


def test_f25_a_killed_or_slow_child_is_an_error_and_the_next_call_works() -> None:
    assert "Invoice" in _text(render_pdf("<p>Invoice", apart=True))
    (child,) = multiprocessing.active_children()
    child.kill()
    child.join(10)
    with pytest.raises(PdfError, match="died"):
        render_pdf("<p>Invoice", apart=True)
    with pytest.raises(PdfError, match=r"not ready after 0\.01 seconds"):
        render_pdf("<p>Invoice" * 1000, apart=True, seconds=0.01)
    assert "Again" in _text(render_pdf("<p>Again", apart=True))
    CHILD.close()
