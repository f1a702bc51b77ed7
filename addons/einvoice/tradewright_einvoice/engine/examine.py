"""One look at a document that somebody sent, whatever it is: its XML, what is wrong with it, and the invoice in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .check import check, check_profile
from .errors import EngineError, NotAnInvoiceError
from .findings import Finding
from .hybrid import Attached, PdfError, Received, read_any
from .profiles import Profile, profile_for, profile_named
from .syntax import Reading, read_all
from .xml import parse

#: Findings after which nothing more can be said of a document.
UNUSABLE: Final = frozenset(("TW-FILE-01", "TW-XML-01", "TW-XML-02", *(f"TW-PDF-0{number}" for number in range(1, 6))))
_OTHERS: Final = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{", "JSON"),
    (b"UNA", "an EDIFACT message"),
    (b"UNB", "an EDIFACT message"),
)
#: The messages around an invoice by their root: the rules for them, and what they are called.
_MESSAGES: Final = {
    "ord:Order": ("peppol-t01", "Peppol Order (T01)"),
    "rsp:OrderResponse": ("peppol-t76", "Peppol Order Response (T76)"),
    "dsp:DespatchAdvice": ("peppol-t16", "Peppol Despatch Advice (T16)"),
    "app:ApplicationResponse": ("peppol-t111", "Peppol Invoice Response (T111)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found out about a document."""

    #: ``xml``, ``pdf``, or empty for anything else.
    kind: str
    #: The XML that was judged; empty where there is none.
    xml: bytes = b""
    #: The name of the XML inside of a PDF.
    name: str = ""
    attachments: tuple[Attached, ...] = ()
    #: Fatal ones first, then in the order of the document.
    findings: tuple[Finding, ...] = ()
    #: The invoice; None for another kind of document and for one whose values can't be read.
    reading: Reading | None = None
    #: The profile by whose rules it was judged; None where single rule sets were asked for or nothing was judged.
    profile: Profile | None = None
    #: What that profile is called, or the message that the document is: "Peppol Order (T01)".
    title: str = ""

    @property
    def usable(self) -> bool:
        """Whether there was a document to judge at all."""
        return not any(finding.rule in UNUSABLE and finding.severity == "fatal" for finding in self.findings)

    @property
    def fatal(self) -> int:
        """How many findings make the document invalid."""
        return sum(finding.severity == "fatal" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings do not."""
        return len(self.findings) - self.fatal


def examine(document: bytes, *, profile: str | Profile | None = None, rule_sets: Sequence[str] = ()) -> Examination:
    """Examine XML or a PDF by a profile, by single rule sets, or by what the document says of itself.

    Raises `UnknownNameError` for a profile or rule set that does not exist, and nothing for any document.
    """
    foreign = next((what for mark, what in _OTHERS if document.startswith(mark)), "")
    if foreign:
        return Examination(
            kind="", findings=(_fault("This is {0}, but an electronic invoice is XML or PDF.", foreign),)
        )
    if not document.strip():
        return Examination(kind="", findings=(_fault("The file is empty."),))
    try:
        received = read_any(document)
    except PdfError as error:
        return Examination(kind="pdf", findings=(error.finding(),))
    return _judge(received, profile, rule_sets)


def _judge(received: Received, profile: str | Profile | None, rule_sets: Sequence[str]) -> Examination:
    if rule_sets:
        findings = [finding for name in dict.fromkeys(rule_sets) for finding in check(received.xml, name)]
    else:
        findings = check_profile(received.xml, profile)
    reading: Reading | None = None
    title = ""
    try:
        reading = read_all(received.xml)
    except NotAnInvoiceError as error:
        message = None if rule_sets or profile else _MESSAGES.get(parse(received.xml).root.name)
        if message is not None:
            findings, title = check(received.xml, message[0]), message[1]
        elif any(finding.rule == "TW-XML-02" for finding in findings):
            findings = [replace(findings[0], message=error.message, template=error.template, values=error.values)]
    except EngineError:
        pass  # what keeps it from being read is among the findings
    chosen = profile_named(profile) if profile is not None else None
    known = None if rule_sets or reading is None else profile_for(reading.invoice.specification or "")
    judged_by = chosen or known
    return Examination(
        kind=received.kind,
        xml=received.xml,
        name=received.name,
        attachments=received.attachments,
        findings=tuple(sorted((*received.findings, *findings), key=_order)),
        reading=reading,
        profile=judged_by,
        title=judged_by.title if judged_by else title,
    )


def _order(finding: Finding) -> tuple[bool, int]:
    return finding.severity != "fatal", finding.line


def _fault(template: str, *values: str) -> Finding:
    return Finding("TW-FILE-01", "fatal", template.format(*values), "", 0, "", template, values)
