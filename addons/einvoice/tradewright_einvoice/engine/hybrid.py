"""Invoices inside of PDF files (Factur-X, ZUGFeRD, XRechnung): the XML that counts, out of whatever arrives.

A PDF is read in a child process with bounded memory and time, because a hostile one can keep any reader busy or fill
the memory. What is wrong with it is a finding with an id of ours, never a traceback:

| id | severity | meaning |
|---|---|---|
| TW-PDF-01 | fatal | damaged, or no PDF at all |
| TW-PDF-02 | fatal | encrypted: a password is needed |
| TW-PDF-03 | fatal | no invoice inside, only pages to look at |
| TW-PDF-04 | fatal | several different invoices inside, so it is not clear which one counts |
| TW-PDF-05 | fatal | too large, or too much work: a bomb |
| TW-PDF-06 | warning | the document runs scripts or other actions; nothing of it was run |
| TW-PDF-07 | warning | the name of the attachment is a path; only its last part is used |
| TW-PDF-08 | warning | the name of the attachment is none that receivers look for |
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from .errors import EngineError, XmlError
from .findings import Finding, Severity
from .messages import filled_in
from .xml import parse

MAX_PDF: Final = 64 * 1024 * 1024
SECONDS: Final = 12
#: Names under which the specifications embed an invoice; the last one is what we write for Peppol.
NAMES: Final = (
    "factur-x.xml",
    "xrechnung.xml",
    "zugferd-invoice.xml",
    "order-x.xml",
    "invoice.xml",
)
_INVOICES: Final = frozenset(("Invoice", "CreditNote", "CrossIndustryInvoice", "CrossIndustryDocument"))
_ERRORS: Final = {
    "damaged": ("TW-PDF-01", "The PDF is damaged and can't be read."),
    "encrypted": ("TW-PDF-02", "The PDF is protected by a password, so its invoice can't be read."),
    "large": ("TW-PDF-05", "The PDF is too large to be read, or made to keep the reader busy."),
}


class PdfError(EngineError):
    """No invoice can be read out of a PDF. `rule` is the id of the finding."""

    def __init__(self, rule: str, message: str, *values: object) -> None:
        super().__init__(message, *values)
        self.rule = rule

    def finding(self) -> Finding:
        """The error as a finding."""
        return _finding(self.rule, "fatal", self.template, *self.values)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside of a PDF. Its name is safe to show and to save: no folders, no control characters."""

    name: str
    media_type: str
    #: Bytes; None where the PDF does not say.
    size: int | None
    #: What it is to the pages: Alternative, Source, Data, Supplement, Unspecified, or empty.
    relationship: str


@dataclass(frozen=True, slots=True)
class Received:
    """A document that arrived: its XML, and where that came from."""

    kind: Literal["xml", "pdf"]
    xml: bytes
    #: The name of the XML inside of a PDF.
    name: str = ""
    attachments: tuple[Attached, ...] = ()
    #: What is odd about the PDF; nothing fatal, that would have been an error.
    findings: tuple[Finding, ...] = ()


def extract(pdf: bytes) -> tuple[str, bytes]:
    """The name and content of the invoice inside of a PDF. Raises `PdfError`."""
    found = look_into(pdf)
    return found.name, found.xml


def read_any(document: bytes) -> Received:
    """The XML of a document that is XML or a PDF with XML inside. Raises `PdfError`, for a PDF only."""
    return look_into(document) if is_pdf(document) else Received("xml", document)


def is_pdf(document: bytes) -> bool:
    """Whether a document is a PDF by its first bytes. Other programs allow some rubbish before its mark."""
    head = document[:1024]
    return b"%PDF-" in head and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def look_into(pdf: bytes) -> Received:
    """The invoice inside of a PDF with all that is known of it. Raises `PdfError`."""
    if len(pdf) > MAX_PDF:
        raise PdfError(*_ERRORS["large"])
    answer, contents = _ask(pdf)
    if answer.get("error") in _ERRORS:
        raise PdfError(*_ERRORS[answer["error"]])
    entries: list[dict[str, Any]] = answer["files"]
    chosen = _choose([entry for entry in entries if "xml" in entry], contents)
    findings = []
    if answer.get("active"):
        message = "The PDF runs scripts or other actions when it is opened; nothing of it was run here."
        findings.append(_finding("TW-PDF-06", "warning", message))
    name = safe_name(chosen["name"])
    if name != chosen["name"]:
        message = "The attachment is named {0}; only {1} is used of it."
        findings.append(_finding("TW-PDF-07", "warning", message, repr(chosen["name"][:80]), name))
    if name.lower() not in NAMES:
        message = "The invoice in the PDF is named {0}; receivers look for {1}."
        findings.append(_finding("TW-PDF-08", "warning", message, name, NAMES[0]))
    attachments = tuple(
        Attached(safe_name(entry["name"]), entry["media_type"], entry["size"], entry["relationship"])
        for entry in entries
    )
    return Received("pdf", contents[chosen["xml"]], name, attachments, tuple(findings))


def safe_name(name: str) -> str:
    """The last part of a name that may be a path, of any system; never empty, never hidden."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].strip(" .")
    return "".join(sign if sign.isprintable() else "_" for sign in last) or "unnamed"


def _choose(files: Sequence[dict[str, Any]], contents: Sequence[bytes]) -> dict[str, Any]:
    """The file that counts. What different programs would read as different invoices is refused."""
    known = [entry for entry in files if safe_name(entry["name"]).lower() in NAMES]
    invoices = [entry for entry in files if _is_invoice(contents[entry["xml"]])]
    different = {contents[entry["xml"]] for entry in invoices}
    if len(different) > 1:
        names = ", ".join(safe_name(entry["name"]) for entry in invoices)
        message = "The PDF holds {0} different invoices ({1}), so it is not clear which one counts."
        raise PdfError("TW-PDF-04", message, len(different), names)
    for candidates in ([entry for entry in known if entry in invoices], invoices, known):
        if candidates:
            return min(candidates, key=lambda entry: _rank(entry["name"]))
    message = "The PDF holds no invoice as XML, only pages to look at. Ask the sender for the electronic invoice."
    raise PdfError("TW-PDF-03", message)


def _rank(name: str) -> int:
    lower = safe_name(name).lower()
    return NAMES.index(lower) if lower in NAMES else len(NAMES)


def _is_invoice(content: bytes) -> bool:
    try:
        root = parse(content).root.element.tag
    except XmlError:
        return False
    return str(root).rpartition("}")[2] in _INVOICES


def _ask(pdf: bytes) -> tuple[Mapping[str, Any], list[bytes]]:
    """The answer of the child process. One that dies or hangs had too much to do."""
    import subprocess

    needed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    program = [sys.executable, "-I", str(Path(__file__).with_name("hybrid_child.py"))]
    try:
        ended = subprocess.run(  # noqa: S603  # our own program with fixed arguments
            program, input=pdf, capture_output=True, timeout=SECONDS, check=False, env=needed
        )
    except subprocess.TimeoutExpired:
        return {"error": "large"}, []
    head, _, rest = ended.stdout.partition(b"\n")
    if ended.returncode or not head:
        return {"error": "large"}, []
    answer: dict[str, Any] = json.loads(head)
    contents: list[bytes] = []
    start = 0
    for size in answer.get("sizes", ()):
        contents.append(rest[start : start + size])
        start += size
    return answer, contents


def _finding(rule: str, severity: Severity, template: str, *values: object) -> Finding:
    words = tuple(map(str, values))
    return Finding(rule, severity, filled_in(template, words), "", 0, "", template, words)
