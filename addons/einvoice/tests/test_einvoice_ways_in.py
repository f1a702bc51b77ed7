"""Ways in: what a folder, a mailbox, a program or an upload brings is received once, and nothing else is taken."""

import base64
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.support import imap
from tests.support.imap import ImapPeer
from tradewright.app import Site
from tradewright.jobs.embedded import run_all
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing.client import browser_for
from tradewright_base.testing import UserFactory, refusal
from tradewright_einvoice.jobs import look_into_inboxes
from tradewright_einvoice.models.inbox import Inbox
from tradewright_einvoice.models.received import ReceivedDocument
from tradewright_einvoice.services.inbound import arriving, folder
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = pytest.mark.addons("einvoice")
UBL = b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><x>%d</x></Invoice>"
KEY = "a-long-key-that-nobody-guesses"


@pytest.fixture
def house(site: Site, tmp_path: Path) -> Site:
    """A site that may take files and read mailboxes."""
    own = replace(
        site.settings.sites["test"],
        outgoing_hosts=("127.0.0.1",),
        outgoing_files=tmp_path / "out",
        incoming_files=tmp_path / "in",
    )
    site.settings = replace(site.settings, sites={"test": own})
    (tmp_path / "in").mkdir()
    with site.env() as env:
        EInvoiceFactory(env).seller()
    return site


def inbox(site: Site, **values: Any) -> int:
    with site.env() as env:
        made = env.add(env[Inbox](**{"name": "Way", **values}))
        env.flush()
        return made.id


def look(site: Site) -> None:
    """Let the clock start the look into all ways in."""
    site.run(look_into_inboxes)
    run_all(site)


def arrived(site: Site) -> list[tuple[str, str, str]]:
    with site.env(readonly=True) as env:
        model = env[ReceivedDocument]
        return [(one.name, one.source, one.state) for one in env.scalars(select(model).order_by(model.id))]


def problem(site: Site, number: int) -> str | None:
    with site.env(readonly=True) as env:
        return env.one(Inbox, number).problem


def sound(site: Site) -> None:
    with site.env(readonly=True) as env:
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []


# Folders


def test_files_of_a_folder_are_received_once(house: Site, tmp_path: Path) -> None:
    inbox(house, kind="folder", folder="bills")
    place = tmp_path / "in" / "bills"
    place.mkdir()
    (place / "a.xml").write_bytes(UBL % 1)
    (place / "b.pdf").write_bytes(b"%PDF-1.7 no invoice")
    (place / "half.xml.part").write_bytes(UBL % 2)
    (place / ".hidden.xml").write_bytes(UBL % 3)
    (place / "picture.png").write_bytes(b"\x89PNG")
    (place / "empty.xml").write_bytes(b"")
    (place / "link.xml").symlink_to("/etc/passwd")
    look(house)
    look(house)
    assert arrived(house) == [("a.xml", "folder", "unreadable"), ("b.pdf", "folder", "unreadable")]
    assert sorted(path.name for path in place.iterdir()) == [
        ".hidden.xml",
        ".taken",
        "done",
        "half.xml.part",
        "link.xml",
        "refused",
    ]
    assert list((place / ".taken").iterdir()) == []
    assert sorted(path.name.partition("-")[2] for path in (place / "done").iterdir()) == ["a.xml", "b.pdf"]
    reasons = {path.name.partition("-")[2]: path.read_text() for path in (place / "refused").glob("*.reason.txt")}
    assert reasons == {
        "empty.xml.reason.txt": "empty.xml\nThe file is empty.\n",
        "picture.png.reason.txt": "picture.png\nThe file is neither XML nor a PDF.\n",
    }
    sound(house)


def test_a_file_that_is_too_large_is_not_read(house: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LARGEST", 100)
    inbox(house, kind="folder", folder="bills")
    place = tmp_path / "in" / "bills"
    place.mkdir()
    (place / "big.xml").write_bytes(b"<" + b"x" * 200)
    look(house)
    assert arrived(house) == []
    (reason,) = (place / "refused").glob("*.reason.txt")
    assert "at most 100 are taken" in reason.read_text()


def test_what_a_crash_left_is_received_once(house: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox(house, kind="folder", folder="bills")
    place = tmp_path / "in" / "bills"
    place.mkdir()
    (place / "a.xml").write_bytes(UBL % 1)
    genuine = folder._move  # noqa: SLF001

    def die(_path: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "_move", die)
    with pytest.raises(KeyboardInterrupt):
        look(house)
    monkeypatch.setattr(folder, "_move", genuine)
    with house.env() as env:
        (number,) = env.all(select(env[Inbox].id))
    assert len(arrived(house)) == 1
    look(house)
    assert len(arrived(house)) == 1
    assert list((place / ".taken").iterdir()) == []
    assert problem(house, number) is None


def test_folders_stay_below_their_root(house: Site, tmp_path: Path) -> None:
    def named(folder_name: str) -> Callable[[Env], Inbox]:
        return lambda env: env.add(env[Inbox](name="x", kind="folder", folder=folder_name))

    for wrong in ("../x", "/etc", "a/../b", ".hidden", ""):
        said = refusal(house, named(wrong))
        assert said.startswith("A folder is named by letters, digits"), wrong
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "a.xml").write_bytes(UBL % 1)
    number = inbox(house, kind="folder", folder="linked")
    look(house)
    assert arrived(house) == []
    assert problem(house, number) == "The folder is a link that leads elsewhere."


# Mailboxes


@pytest.fixture
def peer() -> Iterator[ImapPeer]:
    made = ImapPeer()
    imap.start(made)
    yield made
    imap.stop(made)


def mail(*files: tuple[str, str, bytes], subject: str = "Invoice") -> bytes:
    made = EmailMessage()
    made["From"] = "Schmidt <billing@schmidt.example>"
    made["Subject"] = subject
    made.set_content("Our invoice")
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def mailbox(site: Site, peer: ImapPeer, **values: Any) -> int:
    return inbox(
        site,
        **{
            "kind": "mailbox",
            "host": "127.0.0.1",
            "port": peer.port,
            "security": "none",
            "login": "bills",
            "password": "secret",
            **values,
        },
    )


def test_files_of_mails_are_received_once(house: Site, peer: ImapPeer) -> None:
    number = mailbox(house, peer)
    peer.messages[3] = mail(
        ("a.xml", "application/xml", UBL % 1),
        ("logo.png", "image/png", b"\x89PNG"),
        ("fake.xml", "application/xml", b"MZ no xml"),
        ("b.pdf", "application/pdf", b"%PDF-1.7 x"),
    )
    peer.messages[5] = mail(subject="no files")
    look(house)
    look(house)
    assert arrived(house) == [("a.xml", "mailbox", "unreadable"), ("b.pdf", "mailbox", "unreadable")]
    peer.messages[9] = mail(("c.xml", "text/xml", UBL % 2))
    look(house)
    assert [one[0] for one in arrived(house)] == ["a.xml", "b.pdf", "c.xml"]
    with house.env() as env:
        assert (env.one(Inbox, number).last_uid, env.one(Inbox, number).validity) == (9, 7)
        assert env.all(select(env[ReceivedDocument].origin))[0] == "Schmidt <billing@schmidt.example>"
    assert "STORE" not in peer.commands
    assert problem(house, number) is None
    sound(house)


def test_a_mailbox_made_anew_brings_no_bill_twice(house: Site, peer: ImapPeer) -> None:
    mailbox(house, peer)
    peer.messages[3] = mail(("a.xml", "application/xml", UBL % 1))
    look(house)
    peer.validity = 8
    look(house)
    assert [one[2] for one in arrived(house)] == ["unreadable", "duplicate"]


def test_inp_mails_that_are_none_are_passed_over(house: Site, peer: ImapPeer) -> None:
    mailbox(house, peer)
    peer.messages[1] = b"\x00\xff\xfe" * 100
    peer.messages[2] = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 500
    peer.messages[3] = b"Content-Type: application/xml; name==?bad?q?=\r\nContent-Transfer-Encoding: base64\r\n\r\n***"
    peer.messages[4] = mail(("a.xml", "application/xml", UBL % 1))
    look(house)
    assert [one[0] for one in arrived(house)] == ["a.xml"]


def test_a_mailbox_that_can_not_be_read_says_why(house: Site, peer: ImapPeer) -> None:
    wrong = mailbox(house, peer, password="other")
    strange = mailbox(house, peer, host="10.1.2.3", name="Strange")
    look(house)
    assert "wrong" in (problem(house, wrong) or "")
    assert problem(house, strange) == "10.1.2.3 is not among the outgoing_hosts of the settings."
    with house.env(readonly=True) as env:
        assert "secret" not in repr(env.one(Inbox, strange))


# Programs


def http(site: Site, **values: Any) -> str:
    number = inbox(site, kind="http", token=KEY, **values)
    with site.env(readonly=True) as env:
        return f"/einvoice/in/{env.one(Inbox, number).slug}/v1/documents"


def send(site: Site, path: str, body: bytes, key: str = "k-1", **headers: str) -> tuple[int, dict[str, Any]]:
    browser = browser_for(site)
    browser.allow_errors = True
    browser.open(
        path,
        "POST",
        data=body,
        headers={
            "Authorization": f"Bearer {KEY}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )
    return browser.status, json.loads(browser.text)


def in_json(content: bytes, name: str = "a.xml") -> bytes:
    return json.dumps({"name": name, "content": base64.b64encode(content).decode()}).encode()


def test_a_program_hands_documents_over(house: Site) -> None:
    path = http(house)
    status, said = send(house, path, in_json(UBL % 1))
    assert (status, said["status"], said["state"]) == (202, "accepted", "new")
    assert send(house, path, in_json(UBL % 1)) == (202, said)  # the same call again is answered the same
    assert send(house, path, UBL % 2, "k-2", Content_Type="application/xml", X_File_Name="b.xml")[0] == 202
    form = (
        b'--cut\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="c.xml"\r\n'
        b"Content-Type: application/xml\r\n\r\n" + UBL % 3 + b"\r\n--cut--\r\n"
    )
    assert send(house, path, form, "k-3", Content_Type="multipart/form-data; boundary=cut")[0] == 202
    run_all(house)
    assert arrived(house) == [
        ("a.xml", "http", "unreadable"),
        ("b.xml", "http", "unreadable"),
        ("c.xml", "http", "unreadable"),
    ]
    with house.env(readonly=True) as env:
        last = env.all(select(env[ReceivedDocument]).order_by(env[ReceivedDocument].id))[-1]
        assert house.files.read(last.sha256) == UBL % 3
    assert send(house, path, in_json(UBL % 4))[0] == 409
    sound(house)


def test_inp_calls_that_hold_nothing_are_refused(house: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = http(house)
    monkeypatch.setattr("tradewright_einvoice.services.inbound.calls.LARGEST", 1000)
    cases: list[tuple[int, bytes, dict[str, str]]] = [
        (401, in_json(UBL % 1), {"Authorization": "Bearer wrong"}),
        (401, in_json(UBL % 1), {"Authorization": ""}),
        (400, in_json(UBL % 1), {"Idempotency_Key": "two words"}),
        (400, b"{", {}),
        (400, b"[" * 100_000, {}),
        (400, b'{"content": NaN}', {}),
        (400, b'{"content": "***"}', {}),
        (400, b'{"content": 5}', {}),
        (400, b'{"content": ""}', {}),
        (400, b"", {"Content_Type": "multipart/form-data; boundary=x"}),
        (400, b"", {"Content_Type": "multipart/form-data"}),
        (413, in_json(b"<" * 2000), {}),
        (415, b"x", {"Content_Type": "text/plain"}),
    ]
    for status, body, headers in cases:
        assert send(house, path, body, **headers)[0] == status, (status, body[:50], headers)
    assert send(house, "/einvoice/in/unknown/v1/documents", in_json(UBL % 1))[0] == 401
    with house.env() as env:
        (way,) = env.all(select(env[Inbox]))
        way.active = False
    assert send(house, path, in_json(UBL % 1))[0] == 401
    assert arrived(house) == []


def test_a_key_that_can_be_guessed_is_refused(house: Site) -> None:
    assert refusal(house, lambda env: env.add(env[Inbox](name="x", kind="http", token="short"))) == (
        "A key has at least 24 signs."
    )


# The office


def staff(site: Site, *roles: str) -> Any:
    with site.env() as env:
        user_id = UserFactory(env).staff(*roles).id
    browser = browser_for(site)
    browser.sign_in_as(user_id)
    return browser


def test_files_are_uploaded_in_the_office(house: Site) -> None:
    clerk = staff(house, "account.user")
    clerk.get("/office/einvoice/receive")
    assert clerk.status == 200
    clerk.submit(
        {"files": [(io.BytesIO(UBL % 1), "a.xml"), (io.BytesIO(b"hello"), "b.txt")]},
        action="/office/einvoice/receive",
        content_type="multipart/form-data",
    )
    assert "1 file is neither XML nor a PDF" in clerk.text
    run_all(house)
    assert arrived(house) == [("a.xml", "upload", "unreadable")]


def test_whoever_keeps_no_books_uploads_nothing(house: Site) -> None:
    visitor = staff(house, "product.user")
    visitor.get("/office/einvoice/receive")
    assert visitor.status == 404


def test_arrivals_need_no_name(house: Site) -> None:
    def nameless(env: Env) -> None:
        made = arriving.take(env, arriving.Arrival(name="../../etc/passwd\x00", content=UBL % 1, source="upload"))
        assert made.name == "passwd"
        assert os.sep not in made.name

    house.run(nameless)


# The network


def test_documents_of_the_network_are_received_once(house: Site) -> None:
    from tradewright_einvoice.services.channels.client import Message
    from tradewright_einvoice.services.receipts import take_messages

    messages = [Message(id="m-1", type="document", number="R-1", content=UBL % 1), Message(id="m-2", type="document")]

    def handed(env: Env) -> int:
        return take_messages(env, 1, env.company_id or 0, messages)

    for _time in range(2):
        house.run(handed)
    run_all(house)
    assert arrived(house) == [("R-1.xml", "network", "unreadable")]
    sound(house)
