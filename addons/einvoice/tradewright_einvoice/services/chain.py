"""The archive's chain: whatever is kept gets the next place of its company, under the hash of all before it.

Entries take their places while the row of the chain's end is locked, until commit: two transactions that archive at
once do it one after the other, and both find their entries in one chain. Three statements, however many entries.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from tradewright.orm import select
from tradewright.orm.once import insert_once
from tradewright_base.models.attachment import Attachment
from tradewright_base.services.files import attach, give, plain_name

from ..models.archive import NO_HASH, ArchiveChain, ArchiveEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewright.orm import Env, Model

    from ..models.einvoice import EInvoice

COVERED = (
    "company_id",
    "position",
    "kind",
    "name",
    "media_type",
    "size",
    "sha256",
    "number",
    "party",
    "document_date",
    "owner_model",
    "owner_id",
    "archived_at",
    "prev_hash",
)
"""What the hash of an entry covers, under these names, as JSON with sorted keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document to be kept.

    `content` is its bytes, or a file that is stored already. `number` and `party` (the other side's name) are what it
    is looked for by, `day` the date from which its time in the archive counts. `owner` is a flushed record whose
    readers may read it; without one, the entry itself is.
    """

    kind: str
    content: bytes | Attachment
    name: str
    day: date
    media_type: str = "application/xml"
    number: str = ""
    party: str = ""
    owner: Model | None = None
    einvoice: EInvoice | None = None


def archive(env: Env, kind: str, content: bytes | Attachment, *, name: str, day: date, **more: Any) -> ArchiveEntry:
    """Keep one document for good; `more` are further fields of `Paper`. See `archive_all` for several."""
    return archive_all(env, [Paper(kind=kind, content=content, name=name, day=day, **more)])[0]


def archive_all(env: Env, papers: Sequence[Paper], *, company_id: int | None = None) -> list[ArchiveEntry]:
    """Keep documents for good, in this order, in the chain of a company (that of the unit of work if none is said).

    Call it late in a transaction: the chain's end stays locked until commit. It needs the rights of the system.
    """
    company = company_id or env.company_id
    if not papers or company is None:
        return []
    files = [_stored(env, paper) for paper in papers]
    env.flush()
    chain = _end_of(env, company)
    entries = []
    for place, (paper, file) in enumerate(zip(papers, files, strict=True), start=chain.length + 1):
        entry = _entry(env, paper, file, company_id=company, position=place, before=chain.head)
        chain.head = entry.hash
        chain.length = place
        entries.append(entry)
    env.add_all(entries)
    env.flush()
    for entry, file in zip(entries, files, strict=True):
        if file.owner_id is None:
            give(file, entry)
    return entries


def digest(values: Mapping[str, object]) -> str:
    """Return the hash of an entry: SHA-256 of what it says, in one way of writing."""
    said = {name: _plain(values[name]) for name in COVERED}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _end_of(env: Env, company_id: int) -> ArchiveChain:
    """Lock the end of the chain; a company that has none yet gets one, however many ask for it at once."""
    model = env[ArchiveChain]
    known = env.scalar(select(model.id).where(model.company_id == company_id))
    if known is None:
        insert_once(env, ArchiveChain, company_id=company_id, length=0, head=NO_HASH)
        known = env.scalar(select(model.id).where(model.company_id == company_id))
    return env.lock(ArchiveChain, [known or 0])[0]


def _stored(env: Env, paper: Paper) -> Attachment:
    if isinstance(paper.content, Attachment):
        return paper.content
    file = attach(env, paper.name, paper.media_type, paper.content)
    if paper.owner is not None:
        give(file, paper.owner)
    return file


def _entry(env: Env, paper: Paper, file: Attachment, *, company_id: int, position: int, before: str) -> ArchiveEntry:
    owner = paper.owner or paper.einvoice
    values: dict[str, Any] = {
        "company_id": company_id,
        "position": position,
        "kind": paper.kind,
        "name": plain_name(paper.name),
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "number": paper.number[:80],
        "party": paper.party[:255],
        "document_date": paper.day,
        "owner_model": owner.__info__.name if owner is not None else "",
        "owner_id": owner.id if owner is not None else None,
        "archived_at": env.now,
        "prev_hash": before,
    }
    return env[ArchiveEntry](**values, hash=digest(values), einvoice_id=paper.einvoice and paper.einvoice.id, file=file)
