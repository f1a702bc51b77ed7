"""The mail that an e-invoice comes with: stored with the transaction, delivered after it, no key of them twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.jobs import send_mail

from .build import language_of

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.einvoice import EInvoice

PDF_TYPE = "application/pdf"
XML_TYPE = "application/xml"


def mail(env: Env, einvoice: EInvoice, address: str, key: str) -> None:
    """Mail an e-invoice to a mailbox, with its PDF and XML, in the customer's language. `Invalid`: no address."""
    invoice, files = einvoice.invoice, env.site.files
    words = {"number": einvoice.number, "seller": invoice.company.name}
    credit = invoice.kind == "credit_note"
    subject = _("Credit note {number} of {seller}", **words) if credit else _("Invoice {number} of {seller}", **words)
    send_mail(
        env,
        to=address,
        subject=subject,
        key=key,
        template="mail/einvoice.html",
        data={
            "number": einvoice.number,
            "credit": credit,
            "customer": invoice.customer.account.name,
            "total": invoice.total,
            "currency": invoice.currency.code,
            "due_date": None if credit else invoice.due_date,
            "reference": invoice.reference,
        },
        attachments=[
            (file.name, media_type, files.read(file.sha256))
            for file, media_type in ((einvoice.pdf, PDF_TYPE), (einvoice.xml, XML_TYPE))
            if file is not None
        ],
        reply_to=invoice.company.email,
        language=language_of(env, invoice),
    )
