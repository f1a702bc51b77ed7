"""Telling the accounts department what customers and networks say: one mail for each message that needs somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.jobs import send_mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from .progress import Moved

SETTING = "einvoice.notify"
"""The mailbox of those who look after e-invoices; without it the company's."""


def notify(env: Env, moved: Sequence[Moved]) -> None:
    """Mail about documents that were rejected or failed just now, and about queries of customers."""
    for one in moved:
        step, einvoice = one.step, one.einvoice
        bad = einvoice.state in {"rejected", "failed"} and einvoice.state != one.before
        asked = step.source == "customer" and step.code in {"t111:UQ", "t111:CA"}
        address = env.config(SETTING) or einvoice.invoice.company.email
        if not address or not (bad or asked):
            continue
        customer = einvoice.invoice.customer.account.name
        words = {"number": einvoice.number, "customer": customer}
        subject = {
            "rejected": _("{customer} rejects invoice {number}", **words),
            "failed": _("Invoice {number} did not reach {customer}", **words),
        }.get(einvoice.state if bad else "", _("{customer} asks about invoice {number}", **words))
        try:
            send_mail(
                env,
                to=address,
                subject=subject,
                key=f"einvoice-news:{einvoice.uid}:{step.key}"[:200],
                template="mail/einvoice_news.html",
                data={
                    "number": einvoice.number,
                    "customer": customer,
                    "meaning": step.meaning,
                    "reason": step.reason,
                    "subject": subject,
                    "link": f"/office/account.Invoice/{einvoice.invoice_id}",
                },
                language=einvoice.invoice.company.language or env.language,
            )
        except Invalid:
            continue  # a mailbox that is none: the state and the home page say it all the same
