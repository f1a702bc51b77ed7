"""An archived document in a form that people read, also where it came from somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base.files import FileMissing

from .. import errors
from .media import PDF_TYPE

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.archive import ArchiveEntry


def readable(env: Env, entry: ArchiveEntry) -> tuple[bytes, str, str]:
    """Return a document as bytes, media type and ending: an invoice in XML as PDF, anything else as it is.

    The entry was read with the rights of whoever asks. Raises Conflict where its file was erased.
    """
    with env.elevate("whoever may read the entry may read its document"):
        if entry.file is None:
            raise errors.erased(entry.name)
        try:
            content = env.site.files.read(entry.file.sha256)
        except FileMissing:
            raise errors.erased(entry.name) from None
    if entry.kind in {"issued", "received"} and content.lstrip()[:1] == b"<":
        shown = _rendered(content, env.language)
        if shown is not None:
            return shown, PDF_TYPE, "pdf"
    return content, entry.media_type, entry.name.rpartition(".")[2] or "bin"


def _rendered(content: bytes, language: str) -> bytes | None:
    """The invoice as PDF; None where it can't be read as one."""
    from ..engine import EngineError, read
    from ..engine.pdf import render
    from ..engine.rendering import Look

    try:
        return render(read(content), content, look=Look(language=language))
    except EngineError:
        return None
