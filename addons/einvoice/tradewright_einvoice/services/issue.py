"""Issuing one invoice outside of any transaction: XML, verdict, PDF. Pure: it gets plain values and gives bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..engine import EngineError, Finding, Invoice, check_profile, profile_named, write

if TYPE_CHECKING:
    from ..engine.rendering import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be issued: the semantic invoice, and all that its files and its mail need."""

    invoice_id: int
    company_id: int
    edition: int
    profile: str
    document: Invoice
    look: Look
    language: str
    recipient: str | None
    customer: str
    seller: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A written invoice and the verdict on it; `xml` is empty where it can't be written at all."""

    draft: Draft
    xml: bytes
    findings: list[Finding] = field(default_factory=list)
    pdf: bytes = b""

    @property
    def fatal(self) -> list[Finding]:
        """What makes the document invalid: it must not leave the house."""
        return [finding for finding in self.findings if finding.severity == "fatal"]


def issue(draft: Draft, *, with_pdf: bool = True) -> Issue:
    """Write a document, check it by the rules of its profile, and render it when it may be sent."""
    xml, findings = judge(draft.document, draft.profile)
    found = Issue(draft=draft, xml=xml, findings=findings)
    if found.fatal or not xml or not with_pdf:
        return found
    return Issue(draft=draft, xml=xml, findings=found.findings, pdf=to_pdf(draft.document, xml, draft.look))


def judge(document: Invoice, profile: str) -> tuple[bytes, list[Finding]]:
    """Write a document in the syntax of a profile, and check it by the profile's rules; no XML where none can be."""
    syntax = next(iter(profile_named(profile).rule_sets))
    try:
        xml = write(document, syntax, profile)
    except (EngineError, ValueError) as refusal:
        return b"", [Finding("TW-WRITE-01", "fatal", str(refusal), "", 0, "")]
    return xml, check_profile(xml, profile)


def to_pdf(document: Invoice, xml: bytes, look: Look) -> bytes:
    """The readable form of a document, with its XML inside."""
    from ..engine.pdf import render  # only where a PDF is made: the renderer takes half a second to import

    return render(document, xml, look=look)
