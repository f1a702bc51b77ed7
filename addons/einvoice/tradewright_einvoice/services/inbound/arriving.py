"""Arrival: the bytes are stored and archived in one transaction, each arrival once, and examined after it by a job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tradewright.orm import ids, select
from tradewright.orm.once import insert_once
from tradewright_base.services.files import attach, give, plain_name

from ... import errors
from ...hooks import documents_received
from ...models.received import ReceivedDocument, ReceivedKey
from ..chain import Paper, archive_all
from ..media import PDF_TYPE, XML_TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from ...models.inbox import Inbox

LARGEST: Final = 20 * 1024 * 1024
"""The largest document that is taken, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A document as it arrived. `key` is the same for each repetition of one arrival; without one it is its content."""

    name: str
    content: bytes
    source: str
    inbox: Inbox | None = None
    key: str = ""
    origin: str | None = None
    company_id: int | None = None
    """Whom it was sent to, where no way in and no unit of work says it."""


def looks_right(content: bytes) -> bool:
    """Tell whether bytes may be an invoice at all: XML or PDF by how they begin."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return head.startswith(b"<") or b"%PDF-" in content[:1024]


def take(env: Env, arrival: Arrival) -> ReceivedDocument:
    """Store a document and queue its examination; return it, or the one that an earlier try has stored.

    Bytes that were received before become a document of the state `duplicate`, which names the first one. Needs the
    rights of the system. Raises `Conflict` where the key of the arrival stands for other bytes.
    """
    inbox = arrival.inbox
    company_id = (inbox.company_id if inbox is not None else arrival.company_id) or env.company_id or 0
    digest = hashlib.sha256(arrival.content).hexdigest()
    model = env[ReceivedDocument]
    # A key of an arrival is told once: a repetition finds what the first one stored.
    key = f"{arrival.source}:{company_id}:{arrival.key or digest}"[:160]
    known = env.scalar(select(model).where(model.arrival == key))
    if known is not None:
        if known.sha256 != digest:
            raise errors.key_used()
        return known
    first = _first(env, company_id, "content", digest)
    made = _store(env, arrival, company_id=company_id, digest=digest, key=key)
    if first is None and insert_once(
        env, ReceivedKey, company_id=company_id, kind="content", value=digest, received_id=made.id
    ):
        env.hook(documents_received)(env, [made])
        return made
    first = first or _first(env, company_id, "content", digest)
    made.duplicate_of, made.state = first, "duplicate"
    if first is not None:
        made.number, made.issued_on, made.sender = first.number, first.issued_on, first.sender
    env.flush()
    return made


def claim(env: Env, received: ReceivedDocument, value: str) -> ReceivedDocument | None:
    """Claim sender, number and date for a document; return the one that has them already.

    Whoever comes second waits until the first is through, and looks again.
    """
    digest = hashlib.sha256(value.encode()).hexdigest()
    other = _first(env, received.company_id, "document", digest)
    if other is None and not insert_once(
        env, ReceivedKey, company_id=received.company_id, kind="document", value=digest, received_id=received.id
    ):
        other = _first(env, received.company_id, "document", digest)
    return other if other is not received else None


def release(env: Env, records: Sequence[ReceivedDocument]) -> None:
    """Let corrected documents of the same numbers take the places of those that were rejected."""
    model = env[ReceivedKey]
    env.delete_where(ReceivedKey, model.received_id.in_(ids(records)), model.kind == "document")


def _first(env: Env, company_id: int, kind: str, value: str) -> ReceivedDocument | None:
    key = env[ReceivedKey]
    found = env.scalar(select(key).where(key.company_id == company_id, key.kind == kind, key.value == value))
    return found.received if found is not None else None


def _store(env: Env, arrival: Arrival, *, company_id: int, digest: str, key: str) -> ReceivedDocument:
    name = plain_name(arrival.name)[-120:]
    media_type = PDF_TYPE if b"%PDF-" in arrival.content[:1024] else XML_TYPE
    file = attach(env, name, media_type, arrival.content, at_most=LARGEST)
    made = env.add(
        env[ReceivedDocument](
            company_id=company_id,
            name=name,
            source=arrival.source,
            inbox=arrival.inbox,
            arrival=key,
            origin=(arrival.origin or "")[:255] or None,
            sha256=digest,
            file=file,
        )
    )
    env.flush()
    give(file, made)
    # The chain is locked until commit, so this is the last thing that needs it.
    paper = Paper(kind="received", content=file, name=name, day=env.today, media_type=media_type, owner=made)
    archive_all(env, [paper], company_id=company_id)
    return made
