"""Mailboxes that invoices are sent to, read by IMAP. A message is known by its number (UID) and taken once.

The number is noted in the transaction that stores what the message brought. Messages stay as they are: nothing is
deleted, moved or marked as read.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import imaplib
import ssl
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ...models.inbox import Inbox
from ..channels.client import outgoing_hosts
from .arriving import LARGEST, Arrival, looks_right, take

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from email.message import EmailMessage

    from tradewright.jobs import Work
    from tradewright.orm import Env

SECONDS: Final = 30.0
MOST_MESSAGES: Final = 200
"""How many messages are taken in one look."""
MOST_PARTS: Final = 100
LARGEST_MESSAGE: Final = 40 * 1024 * 1024
WANTED: Final = (".xml", ".pdf")


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is, and how far it was read."""

    host: str
    port: int
    security: str
    login: str
    password: str
    mailbox: str
    validity: int | None
    last_uid: int


class MailboxTrouble(Exception):
    """The mailbox can't be read now; the words are for the way in."""


def look(work: Work, inbox_id: int) -> None:
    """Receive what new messages bring, the oldest first."""
    account = work.run(partial(_account, inbox_id=inbox_id))
    if account is None:
        return
    try:
        with _opened(account) as server:
            validity = _select(server, account)
            last = account.last_uid if validity == account.validity else 0
            for uid in _new(server, last):
                message = _fetch(server, uid)
                work.run(partial(_take, inbox_id=inbox_id, validity=validity, uid=uid, message=message))
    except (OSError, imaplib.IMAP4.error, MailboxTrouble) as trouble:
        work.run(partial(_note, inbox_id=inbox_id, problem=str(trouble)[:1_000] or type(trouble).__name__))
        return
    work.run(partial(_note, inbox_id=inbox_id, problem=None))


def _account(env: Env, inbox_id: int) -> Account | None:
    inbox = env.get(Inbox, inbox_id)
    if inbox is None or inbox.kind != "mailbox" or not inbox.host or not inbox.login:
        return None
    if inbox.host.lower() not in outgoing_hosts(env):
        _note(env, inbox_id, f"{inbox.host} is not among the outgoing_hosts of the settings.")
        return None
    return Account(
        inbox.host,
        inbox.port,
        inbox.security,
        inbox.login,
        inbox.password or "",
        inbox.mailbox,
        inbox.validity,
        inbox.last_uid,
    )


@contextlib.contextmanager
def _opened(account: Account) -> Generator[imaplib.IMAP4]:
    """A signed-in connection, over TLS unless the way in says otherwise."""
    server: imaplib.IMAP4
    if account.security == "tls":
        context = ssl.create_default_context()
        server = imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=SECONDS)
    else:
        server = imaplib.IMAP4(account.host, account.port, timeout=SECONDS)
    try:
        if account.security == "starttls":
            server.starttls(ssl.create_default_context())
        server.login(account.login, account.password)
        yield server
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _select(server: imaplib.IMAP4, account: Account) -> int:
    """Open the mailbox for reading only; return its generation, by which its numbers count."""
    quoted = account.mailbox.replace("\\", "\\\\").replace('"', '\\"')
    kind, _data = server.select(f'"{quoted}"', readonly=True)
    if kind != "OK":
        msg = f"There is no mailbox {account.mailbox}."
        raise MailboxTrouble(msg)
    found = server.response("UIDVALIDITY")[1]
    told = found[0] if found and found[0] else b""
    return int(told) if isinstance(told, bytes) and told.isdigit() else 0


def _new(server: imaplib.IMAP4, last: int) -> list[int]:
    kind, data = server.uid("SEARCH", f"UID {last + 1}:*")
    if kind != "OK":
        msg = "The mailbox can't be searched."
        raise MailboxTrouble(msg)
    told = b" ".join(part for part in data if isinstance(part, bytes))
    # `*` is the last message even where there is no newer one.
    return sorted(uid for uid in map(int, told.split()) if uid > last)[:MOST_MESSAGES]


def _fetch(server: imaplib.IMAP4, uid: int) -> tuple[str, list[tuple[str, bytes]]]:
    """The sender and the files of a message; one that is too large brings none."""
    size = _answer(server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    digits = size.rpartition(b"RFC822.SIZE")[2].strip(b" )")
    if digits.isdigit() and int(digits) > LARGEST_MESSAGE:
        return "", []
    content = _answer(server.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    try:
        message: Any = email.message_from_bytes(content, policy=email.policy.default)
        return _sender(message), list(_files(message))
    except (ValueError, LookupError, AttributeError, IndexError, TypeError, KeyError, RecursionError):
        return "", []  # a message that the parser of the standard library stumbles over


def _answer(answered: tuple[str, list[Any]]) -> bytes:
    kind, data = answered
    if kind != "OK":
        msg = "A message can't be fetched."
        raise MailboxTrouble(msg)
    for part in data:
        if isinstance(part, tuple) and len(part) > 1 and isinstance(part[1], bytes):
            return part[1]
        if isinstance(part, bytes) and b"RFC822.SIZE" in part:
            return part
    return b""


def _sender(message: EmailMessage) -> str:
    return str(message.get("From", ""))[:255]


def _files(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """The XML and PDF files of a message, as their names or types say and their bytes confirm."""
    for place, part in enumerate(message.walk()):
        if place >= MOST_PARTS:
            return
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), part.get_filename() or ""
        if not (name.lower().endswith(WANTED) or kind in {"application/xml", "text/xml", "application/pdf"}):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and 0 < len(content) <= LARGEST and looks_right(content):
            yield name or ("invoice.pdf" if kind == "application/pdf" else "invoice.xml"), content


def _take(env: Env, inbox_id: int, validity: int, uid: int, message: tuple[str, list[tuple[str, bytes]]]) -> None:
    """Store what a message brought and note its number, unless another worker has."""
    (inbox,) = env.lock(Inbox, [inbox_id])
    if inbox.validity == validity and inbox.last_uid >= uid:
        return
    sender, files = message
    for place, (name, content) in enumerate(files):
        key = f"{inbox_id}:{validity}:{uid}:{place}"
        take(env, Arrival(name=name, content=content, source="mailbox", inbox=inbox, key=key, origin=sender))
    inbox.validity, inbox.last_uid = validity, uid


def _note(env: Env, inbox_id: int, problem: str | None) -> None:
    inbox = env.one(Inbox, inbox_id)
    inbox.problem, inbox.looked_at = problem, env.now
