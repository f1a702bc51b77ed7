"""Calls to other servers reach only who may be called, and every wait of them is bounded."""

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from tradewright.base import outgoing
from tradewright.base.outgoing import CallFailed, CallRefused, call, is_public, look_at

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(serve: Callable[[socket.socket], None], host: str = "127.0.0.1") -> Generator[tuple[int, list[str]]]:
    """A server that does one thing with each connection, and tells who was there."""
    listening = socket.create_server((host, 0))
    hits: list[str] = []

    def run() -> None:
        while True:
            try:
                connection, _peer = listening.accept()
            except OSError:
                return
            with connection:
                hits.append(connection.recv(65536).partition(b"\r\n")[0].decode("latin-1"))
                serve(connection)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield listening.getsockname()[1], hits
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def test_an_answer_is_returned_whatever_its_status() -> None:
    with server(lambda one: one.sendall(b"HTTP/1.1 404 No\r\nX-A: b\r\nContent-Length: 2\r\n\r\nno")) as (port, hits):
        answer = call("GET", f"http://127.0.0.1:{port}/a?b=c", hosts=["127.0.0.1"])
    assert (answer.status, answer.headers["x-a"], answer.body) == (404, "b", b"no")
    assert hits == ["GET /a?b=c HTTP/1.1"]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.0.0.2",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",  # noqa: S104  it is refused
            "100.64.0.1",
        ),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1"),
    ],
)
def test_inj8_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    assert all(is_public(address) for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"))


@pytest.mark.parametrize("url", ["http://rebound.example/", "https://rebound.example/"])
def test_inj8_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Also where only one of its addresses does, and where it is written as a number."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.215.14", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: found)
    with pytest.raises(CallRefused):
        call("GET", url, hosts=["rebound.example"])


@pytest.mark.parametrize("host", ["127.0.0.2", "2130706434", "0x7f.0.0.2", "127.1"])
def test_inj8_no_way_of_writing_an_address_reaches_this_machine(host: str) -> None:
    with server(lambda one: one.sendall(ANSWER), "127.0.0.2") as (port, hits):
        with pytest.raises((CallRefused, CallFailed)):
            call("GET", f"https://{host}:{port}/", hosts=[host])
        assert hits == []


def test_inj8_vulnerable_twin_without_looking_at_the_address_it_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "is_public", lambda _address: True)
    with server(lambda one: one.sendall(ANSWER), "127.0.0.2") as (port, hits):
        with pytest.raises(CallFailed):
            call("GET", f"https://127.0.0.2:{port}/", hosts=["127.0.0.2"])
        time.sleep(0.1)
        assert len(hits) == 1


def test_inj8_a_redirect_is_an_answer_and_not_followed() -> None:
    with server(lambda one: one.sendall(ANSWER), "127.0.0.2") as (inside, hits):
        reply = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:{inside}/\r\nContent-Length: 0\r\n\r\n".encode()
        with server(lambda one: one.sendall(reply)) as (port, _hits):
            assert call("GET", f"http://127.0.0.1:{port}/", hosts=["127.0.0.1"]).status == 302
        assert hits == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.com/", "starts with https"),
        ("file:///etc/passwd", "starts with https"),
        ("https://a:b@example.com/", "a user, a password"),
        ("https://example.com/\r\nX: y", "a user, a password or a blank"),
        ("https://other.example/", "outgoing_hosts"),
        ("https://example.com.evil.example/", "outgoing_hosts"),
        ("https://[::1", "is not an address"),
        ("https://example.com:99999/", "is not an address"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_the_reason(url: str, said: str) -> None:
    with pytest.raises(CallRefused, match=said):
        look_at(url, ["example.com"])


def test_inj9_no_header_holds_a_line_break() -> None:
    with pytest.raises(CallRefused, match="line break"):
        call("GET", "http://127.0.0.1:1/", hosts=["127.0.0.1"], headers={"X-A": "b\r\nX-C: d"})


def test_an_answer_that_is_too_long_or_ends_early_is_none() -> None:
    long = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000
    with server(lambda one: one.sendall(long)) as (port, _hits), pytest.raises(CallFailed, match="longer than 1000"):
        call("GET", f"http://127.0.0.1:{port}/", hosts=["127.0.0.1"], at_most=1_000)
    early = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    with server(lambda one: one.sendall(early)) as (port, _hits), pytest.raises(CallFailed):
        call("GET", f"http://127.0.0.1:{port}/", hosts=["127.0.0.1"])


def test_a_server_that_drips_is_left_in_time() -> None:
    def drip(connection: socket.socket) -> None:
        try:
            for _byte in range(100):
                connection.sendall(b"H")
                time.sleep(0.05)
        except OSError:
            return

    started = time.monotonic()
    with server(drip) as (port, _hits), pytest.raises(CallFailed):
        call("GET", f"http://127.0.0.1:{port}/", hosts=["127.0.0.1"], answer_seconds=2, whole_seconds=0.4)
    assert time.monotonic() - started < 3


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(CallFailed, match="no whole answer"):
        call("GET", f"http://127.0.0.1:{port}/", hosts=["127.0.0.1"])
