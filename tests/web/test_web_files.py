"""INJ9, INJ10, INJ11, XSS3, INP8: what is served from disk, what is sent to be saved, what is taken in."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tradewright.base import DeveloperError
from tradewright.testing.client import Browser
from tradewright.web.response import content_disposition, redirect
from tradewright.web.static_files import StaticFiles
from tradewright.web.uploads import clean_filename, sniff

SignedIn = Callable[[str], Browser]


@pytest.fixture
def database_kind() -> str:
    """Files do not depend on the database."""
    return "sqlite"


def test_a_static_file_has_an_address_that_is_kept_for_good(visitor: Browser) -> None:
    static = visitor.application.website(visitor.site.name).static
    address = static.address("probe/probe.css")
    answer = visitor.open(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    packed = visitor.open(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == answer.get_data()
    assert visitor.open(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    plain = visitor.open("/static/probe/probe.css")
    assert plain.headers["Cache-Control"] == "public, no-cache"
    old = visitor.open("/static/probe/probe.0123456789.css")
    assert old.headers["Cache-Control"] == "public, no-cache"
    head = visitor.open(address, "HEAD")
    assert head.status_code == 200
    assert head.get_data() == b""
    assert visitor.open(address, "POST").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "probe/secret.py",
        "probe/page.html",
        "probe/../addon.toml",
        "probe/..%2faddon.toml",
        "probe/%2e%2e/addon.toml",
        "../../../etc/passwd",
        "probe//probe.css",
        "probe/probe.css/",
        "probe/.hidden.css",
        "base/addon.toml",
        "core/application.py",
        "",
        "%00",
    ],
)
def test_inj10_inj11_nothing_but_listed_files_is_served(visitor: Browser, path: str) -> None:
    answer = visitor.open(f"/static/{path}")
    assert answer.status_code == 404
    assert "depends" not in answer.get_data(as_text=True)


def test_inj10_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.txt").write_text("secret", encoding="utf-8")
    static = tmp_path / "static"
    static.mkdir()
    (static / "link.txt").symlink_to(secret / "key.txt")
    (static / "folder").symlink_to(secret)
    files = StaticFiles([("x", static)])
    assert files.respond("/static/x/link.txt") is None
    assert files.respond("/static/x/folder/key.txt") is None


def test_an_unknown_static_file_names_the_nearest(visitor: Browser) -> None:
    static = visitor.application.website(visitor.site.name).static
    with pytest.raises(DeveloperError, match=r"probe/probe\.css"):
        static.address("probe/prob.css")


def test_xss3_inj9_what_users_brought_is_saved_never_shown(signed_in: SignedIn) -> None:
    answer = signed_in("wanda").open("/probe/file")
    headers = answer.headers
    assert headers["Content-Disposition"] == (
        'attachment; filename="report _x_Set-Cookie_ a=b.html"; '
        "filename*=UTF-8''r%C3%A9port%20_x_Set-Cookie_%20a%3Db.html"
    )
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("\u53d1\u7968.pdf", "file.pdf"),
        ('a"b;c.txt', "a_b;c.txt"),
        ("a\r\nX: y.txt", "aX_ y.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.bat", "x.bat"),
        ("", "file"),
        ("\u202egnp.exe", "gnp.exe"),
        ("%2e%2e.txt", "_2e_2e.txt"),
    ],
)
def test_inj9_a_name_in_a_header_is_one_plain_name(name: str, plain: str) -> None:
    header = content_disposition("attachment", name)
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith(f'attachment; filename="{plain}"; ')


@pytest.mark.parametrize("target", ["//evil", "https://evil", "/\\evil", "/a\r\nSet-Cookie: x=y", "javascript:1", ""])
def test_inj9_aut14_a_redirect_leaves_neither_the_site_nor_its_header(target: str) -> None:
    with pytest.raises(DeveloperError, match=r"web\.redirect-leaves-site"):
        redirect(target)


def _png(width: int, height: int) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        + struct.pack(">II", width, height)
        + b"\x08\x06\x00\x00\x00"
        + b"\x00" * 20
    )


def _jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" * 12


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"%PDF-1.7", "a.html", "application/pdf"),
        (_png(10, 10), "a.txt", "image/png"),
        (_jpeg(10, 10), "a.jpg", "image/jpeg"),
        (b"a;b\n1;2\n", "a.csv", "text/csv"),
        (b"a;b\x00", "a.csv", "application/octet-stream"),
        (b"<svg xmlns='x' onload='alert(1)'/>", "a.svg", "application/octet-stream"),
        (b"<html><script>", "a.html", "application/octet-stream"),
        (b"<html><script>", "a.pdf", "application/octet-stream"),
        (b"MZ\x90", "a.png", "application/octet-stream"),
        (_png(65_000, 65_000), "a.png", "application/octet-stream"),
        (_jpeg(65_000, 65_000), "a.jpg", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "application/octet-stream"),
    ],
)
def test_inp8_the_media_type_is_what_the_bytes_are(head: bytes, name: str, media_type: str) -> None:
    assert sniff(head, name) == media_type


def test_an_upload_is_measured_hashed_and_named_safely(visitor: Browser) -> None:
    visitor.get("/login")
    fields = {
        "csrf_token": visitor.csrf_token(),
        "title": "x",
        "file": (io.BytesIO(b"%PDF-1.7 hello"), "../../R\u00e9sum\u00e9.pdf", "text/html"),
    }
    answer = visitor.post("/probe/upload", fields, content_type="multipart/form-data")
    assert answer.json == {
        "name": "R\u00e9sum\u00e9.pdf",
        "type": "application/pdf",
        "size": 14,
        "sha256": hashlib.sha256(b"%PDF-1.7 hello").hexdigest(),
    }


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [(b"<svg onload=alert(1)>", "a.svg", 422), (b"MZ", "a.exe", 422), (b"", "", 422)],
)
def test_inp8_an_upload_of_another_type_or_size_is_refused(
    visitor: Browser, content: bytes, name: str, status: int
) -> None:
    visitor.get("/login")
    fields = {"csrf_token": visitor.csrf_token(), "title": "x", "file": (io.BytesIO(content), name)}
    answer = visitor.post(
        "/probe/upload", fields, content_type="multipart/form-data", headers={"Accept": "application/json"}
    )
    assert answer.status_code == status
    if status == 422:
        assert answer.json is not None
        assert "file" in answer.json["fields"]


def test_a_file_in_a_plain_field_and_text_in_a_file_field_are_refused(visitor: Browser) -> None:
    visitor.get("/login")
    token = visitor.csrf_token()
    for fields in (
        {"csrf_token": token, "title": (io.BytesIO(b"%PDF-"), "a.pdf"), "file": (io.BytesIO(b"%PDF-"), "a.pdf")},
        {"csrf_token": token, "title": "x", "file": "text"},
    ):
        answer = visitor.post("/probe/upload", fields, content_type="multipart/form-data")
        assert answer.status_code == 400


def test_a_name_is_cut_and_keeps_its_ending() -> None:
    assert len(clean_filename("a" * 500 + ".pdf")) <= 120
    assert clean_filename("a" * 500 + ".pdf").endswith(".pdf")
