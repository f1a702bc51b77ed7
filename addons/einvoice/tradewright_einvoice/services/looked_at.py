"""A foreign document as a page shows it: plain texts, bounded in length, with nothing that turns or runs."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tradewright.i18n import _

from .. import errors
from ..engine.bidi import isolated
from ..engine.rendering import shown
from ..engine.xml import MAX_BYTES
from .advice import advice_on
from .foreign import foreign_look

if TYPE_CHECKING:
    from tradewright.i18n import Text
    from tradewright.orm import Env

    from ..engine import Finding
    from ..engine.examine import Examination
    from ..engine.model import Invoice

MOST_LINES: Final = 200
MOST_FINDINGS: Final = 200
MOST_PLACES: Final = 50
_SHOWN: Final = ("title", "sender", "recipient", "numbers", "meta", "delivery", "lines", "totals", "payment", "notes")
_KINDS: Final[Mapping[str, Text]] = {
    "xml": _("XML"),
    "pdf": _("PDF with XML inside"),
    "": _("Another kind of file"),
}


def looked_at(env: Env, name: str, found: Examination, *, most_packed: int = 0) -> dict[str, Any]:
    """All that the page of a document shows, and up to `most_packed` the document itself for its buttons."""
    invoice = found.reading.invoice if found.reading else None
    unbound = found.reading.unbound if found.reading else ()
    values: dict[str, Any] = plain(
        {
            "file": name,
            "kind": env.t(_KINDS[found.kind]),
            "verdict": _verdict(env, found),
            "fatal": found.fatal,
            "warnings": found.warnings,
            "profile": found.title,
            "syntax": found.reading.syntax.upper() if found.reading else "",
            "findings": _grouped(env, found),
            "more_findings": max(0, len(found.findings) - MOST_FINDINGS),
            "document": _document(env, invoice) if invoice else None,
            "files": _files(env, found, invoice),
            "unbound": list(unbound[:MOST_PLACES]),
            "more_unbound": max(0, len(unbound) - MOST_PLACES),
            "packed": pack(found.xml, most_packed) if invoice and most_packed else "",
        }
    )
    return values


def _verdict(env: Env, found: Examination) -> dict[str, str]:
    if not found.usable:
        return {"tone": "danger", "title": env.t(_("This is no e-invoice that can be checked."))}
    if found.fatal:
        return {
            "tone": "danger",
            "title": env.t(_("The document is not valid. Send the findings back to its sender.")),
        }
    if found.warnings:
        return {"tone": "warning", "title": env.t(_("The document is valid; some things in it are odd."))}
    return {"tone": "success", "title": env.t(_("The document is valid."))}


def _grouped(env: Env, found: Examination) -> list[dict[str, Any]]:
    """The findings, what one rule says of several places together."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for finding in found.findings[:MOST_FINDINGS]:
        text = finding.text(env.language)
        group = groups.get((finding.rule, text))
        if group is None:
            groups[finding.rule, text] = group = _finding(env, finding, text)
        if finding.location:
            group["places"].append({"line": finding.line, "place": finding.location})
    return list(groups.values())


def _finding(env: Env, finding: Finding, text: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "fatal": finding.severity == "fatal",
        "severity": env.t(_("Error")) if finding.severity == "fatal" else env.t(_("Warning")),
        "text": text,
        "advice": env.t(advice_on(finding)),
        "term": finding.term,
        "places": [],
    }


def _document(env: Env, invoice: Invoice) -> dict[str, Any]:
    lines = len(invoice.lines)
    values = shown(replace(invoice, lines=invoice.lines[:MOST_LINES]), foreign_look(env.language))
    words: Any = values["t"]
    return {
        **{name: values[name] for name in _SHOWN},
        "number": invoice.number,
        "currency": invoice.currency,
        "words": {name: words[name] for name in ("line", "item", "quantity", "unit_price", "vat", "amount")},
        "more_lines": max(0, lines - MOST_LINES),
    }


def _files(env: Env, found: Examination, invoice: Invoice | None) -> list[dict[str, str]]:
    """The files in the PDF and the documents that back the invoice; none of them can be opened here."""
    inside = env.t(_("in the PDF"))
    listed = [
        {"name": file.name, "meta": f"{inside}, {_size(env, file.size)}" if file.size is not None else inside}
        for file in found.attachments
    ]
    for backing in invoice.supporting_documents if invoice else ():
        size = _size(env, len(backing.attachment.content)) if backing.attachment else ""
        name = backing.attachment.filename if backing.attachment else backing.reference
        about = [backing.description if backing.description != name else "", backing.uri, size]
        listed.append({"name": name, "meta": ", ".join(part for part in about if part)})
    return listed[:MOST_PLACES]


def _size(env: Env, size: int) -> str:
    return f"{env.format.number(max(1, round(size / 1024)))} kB"


def pack(document: bytes, most: int) -> str:
    """A document as a text that a hidden field carries; empty where it is larger than that."""
    packed = base64.urlsafe_b64encode(zlib.compress(document, 6)).decode("ascii")
    return packed if len(packed) <= most else ""


def unpack(packed: str) -> bytes:
    """What `pack` made. Raises the user's error for anything else, and never grows beyond what a document may have."""
    engine = zlib.decompressobj()
    try:
        document = engine.decompress(base64.urlsafe_b64decode(packed.encode("ascii")), MAX_BYTES)
    except (ValueError, zlib.error, binascii.Error):
        document = b""
    if not document or not engine.eof:
        raise errors.no_document()
    return document


def plain(value: Any) -> Any:
    """The same values with every text isolated by its direction."""
    if isinstance(value, str):
        return isolated(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
