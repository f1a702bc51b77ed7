"""Sending archived e-invoices by e-mail: stored with the transaction, delivered after it, none of them twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.jobs import send_mail

from .build import language_of
from .wants import mailbox_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from ..models.einvoice import EInvoice

PDF_TYPE = "application/pdf"
XML_TYPE = "application/xml"


def send(env: Env, einvoices: Sequence[EInvoice]) -> None:
    """Mail checked e-invoices to their customers' mailboxes, each with its PDF and XML, in the customer's language."""
    for einvoice in einvoices:
        address = mailbox_of(einvoice.invoice.customer)
        if address is None or einvoice.xml is None or einvoice.state == "failed":
            continue
        key = f"einvoice:{einvoice.uid}:{einvoice.sendings + 1}"
        try:
            _mail(env, einvoice, address, key)
        except Invalid:
            continue  # an address that is none: it stays "checked", the others go out
        einvoice.state = "sent"
        einvoice.recipient = address
        einvoice.sent_at = env.now
        einvoice.sendings += 1
        einvoice.message_key = key


def _mail(env: Env, einvoice: EInvoice, address: str, key: str) -> None:
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
