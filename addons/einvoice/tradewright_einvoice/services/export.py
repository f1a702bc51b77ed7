"""The archive of a period as one ZIP file: every document, an index for people, a manifest for programs.

Written document by document into a file on the disk once it is large, so that a year of documents needs no memory.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import UTC
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from tradewright.base.files import FileMissing
from tradewright.base.formulas import neutralise
from tradewright.orm import select

from ..models.archive import ArchiveChain, ArchiveEntry
from .chain import COVERED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tradewright.orm import Env

IN_MEMORY: Final = 4 * 1024 * 1024
STEP: Final = 500
_CHUNK: Final = 1 << 20
_UNSAFE: Final = re.compile(r"[^\w.@+ -]+")
COLUMNS: Final = (
    "file",
    "position",
    "kind",
    "number",
    "party",
    "document_date",
    "archived_at",
    "size",
    "sha256",
    "hash",
    "state",
)
FORMAT: Final = "tradewright-e-invoice-archive"


def export(env: Env, company_id: int, start: date, end: date) -> IO[bytes]:
    """Return the archive of a period (by the dates of the documents) as a ZIP file, at its start.

    A file that is missing or was erased is named in the index with its state and left out.
    """
    # Closed with the answer that it is sent by.
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    index = io.StringIO()
    table = csv.writer(index, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as bundle:
        for row in _rows(env, company_id, start, end):
            name = member(row)
            state = _add(env, bundle, row, name)
            said = {field: _plain(getattr(row, field)) for field in (*COVERED, "hash")}
            listed.append({"file": name if state == "kept" else None, "state": state, **said})
            table.writerow([_cell(field, listed[-1], name) for field in COLUMNS])
        bundle.writestr("index.csv", index.getvalue().encode("utf-8-sig"))
        bundle.writestr("manifest.json", json.dumps(_manifest(env, company_id, start, end, listed), indent=1))
    target.seek(0)
    return target


def member(row: Any) -> str:
    """Return the name of an entry in the ZIP file: its place and a name without folders or odd characters."""
    name = _UNSAFE.sub("_", row.name).strip(" .") or "document"
    return f"documents/{row.position:08d}-{name[-120:]}"


def _rows(env: Env, company_id: int, start: date, end: date) -> Iterator[Any]:
    entry = env[ArchiveEntry]
    columns = [getattr(entry, name) for name in COVERED]
    wanted = (
        select(*columns, entry.hash, entry.file_id)
        .where(entry.company_id == company_id, entry.document_date.between(start, end))
        .order_by(entry.position)
        .limit(STEP)
    )
    last = 0
    while found := env.execute(wanted.where(entry.position > last)).all():
        yield from found
        last = found[-1].position


def _add(env: Env, bundle: zipfile.ZipFile, row: Any, name: str) -> str:
    """Copy one file into the bundle; return its state: kept, erased or missing."""
    if row.file_id is None:
        return "erased"
    moment = row.archived_at.astimezone(UTC)
    info = zipfile.ZipInfo(name, (max(moment.year, 1980), *moment.timetuple()[1:6]))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    try:
        source = env.site.files.open(row.sha256)
    except FileMissing:
        return "missing"
    with source, bundle.open(info, "w", force_zip64=row.size > zipfile.ZIP64_LIMIT // 2) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    return "kept"


def _manifest(env: Env, company_id: int, start: date, end: date, listed: list[dict[str, Any]]) -> dict[str, Any]:
    chain = env.scalar(select(env[ArchiveChain]).where(env[ArchiveChain].company_id == company_id))
    return {
        "format": FORMAT,
        "version": 1,
        "company": company_id,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "exported_at": env.now.isoformat(),
        "chain": {"length": chain.length if chain else 0, "head": chain.head if chain else None},
        "hash": {"algorithm": "SHA-256", "over": "JSON, sorted keys, no blanks, ASCII", "covers": list(COVERED)},
        "entries": listed,
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "astimezone"):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


def _cell(field: str, said: dict[str, Any], name: str) -> str:
    value = name if field == "file" and said["state"] == "kept" else said.get(field)
    return neutralise("" if value is None else str(value))
