"""The archive of e-invoices: drafts out of the ledger, issued documents into it, and documents for those who ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tradewright.orm import func, ids, select
from tradewright_account.models.invoice import Invoice
from tradewright_base.services.files import attach, give

from .. import errors
from ..engine import EngineError, read
from ..models.einvoice import EInvoice
from .build import document, language_of, profile_of
from .chain import Paper, archive_all
from .issue import Draft, Issue, issue, to_pdf
from .look import look_of
from .media import PDF_TYPE, XML_TYPE
from .wants import by_mail, mailbox_of, wanted

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.attachment import Attachment


MOST_TOLD = 8_000


def drafts(env: Env, invoice_ids: Iterable[int], *, again: bool = False) -> list[Draft]:
    """What is to be issued of posted invoices; the number of statements does not grow with them.

    Left out are invoices that the archive has already, unless `again`, and those of customers who want none.
    """
    model = env[Invoice]
    invoices = env.all(select(model).where(model.id.in_(set(invoice_ids)), model.state == "posted").order_by(model.id))
    editions = _editions(env, ids(invoices))
    return [
        draft(env, one, editions.get(one.id, 0) + 1)
        for one in invoices
        if wanted(one.customer) and (again or one.id not in editions)
    ]


def draft(env: Env, invoice: Invoice, edition: int = 1) -> Draft:
    """What is to be issued of one invoice."""
    language = language_of(env, invoice)
    account = invoice.customer.account
    return Draft(
        invoice_id=invoice.id,
        company_id=invoice.company_id,
        edition=edition,
        profile=profile_of(invoice),
        document=document(env, invoice),
        look=look_of(env, invoice, language),
        language=language,
        recipient=mailbox_of(account) if by_mail(account) else None,
        customer=account.name,
        seller=invoice.company.name,
    )


def store(env: Env, issues: Sequence[Issue]) -> list[EInvoice]:
    """Archive what was issued, unless somebody else did meanwhile; failed documents too, to be looked at."""
    editions = _editions(env, [one.draft.invoice_id for one in issues])
    new = [one for one in issues if one.draft.edition > editions.get(one.draft.invoice_id, 0)]
    files = [(_attach(env, one, "xml", one.xml), _attach(env, one, "pdf", one.pdf)) for one in new]
    env.flush()
    _supersede(env, [one.draft.invoice_id for one in new if one.draft.edition > 1])
    made = [_row(env, one, xml, pdf) for one, (xml, pdf) in zip(new, files, strict=True)]
    env.add_all(made)
    env.flush()
    for row, pair in zip(made, files, strict=True):
        for file in pair:
            if file is not None:
                give(file, row)
    _chain(env, new, made, files)
    return made


def _chain(
    env: Env,
    issues: Sequence[Issue],
    made: Sequence[EInvoice],
    files: Sequence[tuple[Attachment | None, Attachment | None]],
) -> None:
    """Give all that was issued its place in the chain of its company: XML, PDF and what the check found."""
    papers: dict[int, list[Paper]] = {}
    for one, row, (xml, pdf) in zip(issues, made, files, strict=True):
        found = json.dumps(row.findings, ensure_ascii=False, indent=1).encode() if row.findings else None
        kept: list[tuple[str, bytes | Attachment | None, str, str]] = [
            ("issued", xml, "xml", XML_TYPE),
            ("rendering", pdf, "pdf", PDF_TYPE),
            ("findings", found, "findings.json", "application/json"),
        ]
        papers.setdefault(row.company_id, []).extend(
            Paper(
                kind=kind,
                content=content,
                name=f"{row.number}.{ending}",
                media_type=media_type,
                day=one.draft.document.issue_date,
                number=row.number,
                party=one.draft.customer,
                einvoice=row,
            )
            for kind, content, ending, media_type in kept
            if content is not None
        )
    for company_id in sorted(papers):
        archive_all(env, papers[company_id], company_id=company_id)


def ensure(env: Env, invoice: Invoice) -> EInvoice:
    """The e-invoice of a posted invoice; it is issued now where the archive has none yet. Needs a unit that may write.

    Raises Conflict for a draft and for a customer who wants no e-invoices.
    """
    with env.elevate("the archive is written by the system"):
        found = latest(env, invoice)
        if found is not None:
            return found
        if not wanted(invoice.customer):
            raise errors.no_einvoice(invoice.display_name())
        made = store(env, [issue(draft(env, invoice))])
        return made[0]


def latest(env: Env, invoice: Invoice) -> EInvoice | None:
    """The newest version in the archive, or None."""
    return newest(env, [invoice.id]).get(invoice.id)


def newest(env: Env, invoice_ids: Sequence[int]) -> dict[int, EInvoice]:
    """The newest version of each invoice that the archive has, by the invoice's id; one statement."""
    model = env[EInvoice]
    found = env.scalars(select(model).where(model.invoice_id.in_(invoice_ids)).order_by(model.edition))
    return {one.invoice_id: one for one in found}


def render(env: Env, invoice: Invoice) -> tuple[bytes, bytes]:
    """The XML and the PDF of a posted invoice, without writing anything: from the archive as far as it has them.

    The invoice was read with the rights of whoever asks; the rest is read with those of the system.
    """
    return xml_of(env, invoice), pdf_of(env, invoice)


def xml_of(env: Env, invoice: Invoice) -> bytes:
    """The XML alone, which takes milliseconds."""
    with env.elevate("who may read the invoice may have it as a document"):
        archived = _kept(env, invoice)
        if archived is not None and archived.xml is not None:
            return _bytes(env, archived.xml)
        found = issue(draft(env, invoice), with_pdf=False)
    if not found.xml:
        raise errors.not_writable(invoice.display_name(), found.findings[0].message)
    return found.xml


def pdf_of(env: Env, invoice: Invoice) -> bytes:
    """The PDF alone. One that the archive lacks shows what the archived XML says."""
    with env.elevate("who may read the invoice may have it as a document"):
        archived = _kept(env, invoice)
        if archived is not None and archived.pdf is not None:
            return _bytes(env, archived.pdf)
        wanted_look = look_of(env, invoice, language_of(env, invoice))
        xml = xml_of(env, invoice)
        try:
            shown = read(xml)
        except EngineError:
            shown = document(env, invoice)
    return to_pdf(shown, xml, wanted_look)


def _kept(env: Env, invoice: Invoice) -> EInvoice | None:
    """The newest version in the archive. What was erased must not be made again as if it were the original."""
    archived = latest(env, invoice)
    if archived is not None and archived.erased:
        raise errors.erased(invoice.display_name())
    return archived


def _supersede(env: Env, invoice_ids: Sequence[int]) -> None:
    """Older ones stay as they are, but are no longer what counts."""
    if invoice_ids:
        model = env[EInvoice]
        env.update_where(
            EInvoice, model.invoice_id.in_(invoice_ids), model.current.is_(True), values={"current": False}
        )


def _bytes(env: Env, file: Attachment) -> bytes:
    content: bytes = env.site.files.read(file.sha256)
    return content


def _editions(env: Env, invoice_ids: Sequence[int]) -> dict[int, int]:
    model = env[EInvoice]
    rows = env.execute(
        select(model.invoice_id, func.max(model.edition))
        .where(model.invoice_id.in_(invoice_ids))
        .group_by(model.invoice_id)
    )
    return {row[0]: row[1] for row in rows}


def _attach(env: Env, one: Issue, ending: str, content: bytes) -> Attachment | None:
    if not content:
        return None
    media_type = XML_TYPE if ending == "xml" else PDF_TYPE
    return attach(env, f"{one.draft.document.number}.{ending}", media_type, content)


def _row(env: Env, one: Issue, xml: Attachment | None, pdf: Attachment | None) -> EInvoice:
    return env[EInvoice](
        invoice_id=one.draft.invoice_id,
        company_id=one.draft.company_id,
        edition=one.draft.edition,
        number=one.draft.document.number,
        profile=one.draft.profile,
        state="failed" if one.fatal else "checked",
        xml=xml,
        pdf=pdf,
        sha256=hashlib.sha256(one.xml).hexdigest() if one.xml else None,
        findings=[finding.as_dict() for finding in one.findings],
        fatal=len(one.fatal),
        summary="\n".join(f"{finding.rule}: {finding.text(env.language)}" for finding in one.findings)[:MOST_TOLD]
        or None,
    )
