"""What the chain says of documents that were erased when their time was over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tradewright.base.files import FileMissing
from tradewright.orm import select

from ..models.archive import ArchiveEntry

if TYPE_CHECKING:
    from tradewright.orm import Env


def erased_positions(env: Env, company_id: int) -> set[int]:
    """Return the places of a chain whose files were erased, as entries of the chain itself say."""
    entry = env[ArchiveEntry]
    notes = select(entry.sha256).where(entry.company_id == company_id, entry.kind == "erasure")
    found: set[int] = set()
    for sha256 in env.scalars(notes):
        try:
            said = json.loads(env.site.files.read(sha256))
        except (FileMissing, OSError, ValueError):
            continue  # the note itself is looked at like any other entry
        found.update(said.get("positions", ()))
    return found
