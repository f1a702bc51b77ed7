"""Calls to other servers: only to hosts that the settings name, only to public addresses, with every wait bounded.

The name is resolved once, each address is looked at, and the connection goes to the address that was looked at, so
that a name which leads elsewhere a moment later leads nowhere (DNS rebinding). Redirects are not followed: they are an
answer like any other. Only outside jobs call it, since no transaction may be open while a server is waited for.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""This machine. It may be called without encryption, where the settings name it."""
ANSWER_SECONDS: Final = 20.0
"""How long the other server may be silent."""
WHOLE_SECONDS: Final = 60.0
"""How long a call may take in all, however slowly the server drips its answer."""
MOST: Final = 4 * 1024 * 1024
"""The longest answer that is read, in bytes."""
_CHUNK: Final = 64 * 1024
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_UNSAFE: Final = frozenset("\r\n\0")


class CallRefused(Exception):
    """The call was not made: the address, the host or a header is not one that may be used."""


class CallFailed(Exception):
    """No whole answer came. The other server may have acted on the call, or not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other server answered; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called: whom, and what to ask for there."""

    secure: bool
    host: str
    port: int
    path: str


def call(
    method: str,
    url: str,
    *,
    hosts: Iterable[str],
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    answer_seconds: float = ANSWER_SECONDS,
    whole_seconds: float = WHOLE_SECONDS,
    at_most: int = MOST,
) -> Answer:
    """Make one call and return the answer, whatever its status.

    `hosts` are those that the settings name. Raises `CallRefused` before anything was sent, `CallFailed` after.
    """
    named = {"User-Agent": "Tradewright", **(headers or {})}
    if any(_UNSAFE & set(f"{name}{value}") for name, value in named.items()):
        raise CallRefused("a header holds a line break")
    target = look_at(url, hosts)
    address = _address(target)
    make = _Tls if target.secure else _Plain
    connection = make(target, address, answer_seconds)
    with _limit(connection, whole_seconds), _judging(whole_seconds):
        connection.connect()
        connection.request(method, target.path, body=body or None, headers=named)
        response = connection.getresponse()
        content = _read(response, at_most)
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, MappingProxyType(found), content)


def host_of(url: str) -> str:
    """Return the host of an address, in lower case. Raises `CallRefused` where it is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError as error:
        raise CallRefused(f"{url[:200]!r} is not an address") from error


def look_at(url: str, hosts: Iterable[str]) -> Target:
    """Return whom an address names, without asking anybody. Raises `CallRefused` with the reason."""
    host = host_of(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallRefused(f"{url[:200]!r} is not an address") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        raise CallRefused(f"{url[:200]!r} is not an address that starts with https://")
    if parts.username is not None or parts.password is not None or _UNSAFE & set(url) or " " in url:
        raise CallRefused("the address holds a user, a password or a blank")
    if not host or host not in {name.lower() for name in hosts}:
        raise CallRefused(f"{host!r} is not among the outgoing_hosts of the settings")
    port = port or (443 if parts.scheme == "https" else 80)
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme == "https", host, port, path + query)


def _address(target: Target) -> str:
    """Resolve the host and look at each of its addresses: one that is not public spoils the name."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed(f"{target.host!r} has no address: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not (address in LOCAL if target.host in LOCAL else is_public(address)):
            raise CallRefused(f"{target.host!r} leads to {address}, which is not a public address")
    # A machine without IPv6 often has such an address for itself all the same.
    return min(addresses, key=lambda address: ":" in address)


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet, also where it is wrapped into IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if wrapped is not None:
            found = wrapped
        elif found in _NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast


class _Plain(http.client.HTTPConnection):
    """A connection to the address that was looked at, whatever the name says by now."""

    def __init__(self, target: Target, address: str, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._address = address

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Tls(http.client.HTTPSConnection):
    """The same, encrypted, with a certificate for the name."""

    def __init__(self, target: Target, address: str, seconds: float) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=seconds, context=self._trust)
        self._address = address

    def connect(self) -> None:
        """Connect to the address and prove that the name is its own."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


@contextmanager
def _limit(connection: http.client.HTTPConnection, seconds: float) -> Generator[None]:
    """Cut the connection after a time, whatever it is doing."""

    def cut() -> None:
        with suppress(OSError):
            if connection.sock is not None:
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


@contextmanager
def _judging(whole_seconds: float) -> Generator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        said = f"{type(error).__name__}: {error}"[:300]
        raise CallFailed(f"no whole answer within {whole_seconds:g} seconds ({said})") from error


def _read(response: http.client.HTTPResponse, at_most: int) -> bytes:
    """Read the answer as long as it is short enough; one that ends early is no answer."""
    parts, size = [], 0
    while chunk := response.read1(_CHUNK):
        size += len(chunk)
        if size > at_most:
            raise CallFailed(f"the answer is longer than {at_most} bytes")
        parts.append(chunk)
    if response.length:
        raise CallFailed("the answer ended early")
    return b"".join(parts)
