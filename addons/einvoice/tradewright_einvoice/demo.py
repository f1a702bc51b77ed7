"""The demonstration's archive: what was invoiced before today has reached its customer."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright_account.models.invoice import Invoice

from .services.archive import drafts, store
from .services.issue import issue
from .services.wants import mailbox_of

if TYPE_CHECKING:
    from tradewright.orm import Env


def write(env: Env) -> None:
    """Archive the XML of all posted invoices; a PDF is made when somebody wants to see it, mails are not sent."""
    env.take_numbers()
    posted = env.all(select(env[Invoice].id).where(env[Invoice].state == "posted"))
    for einvoice in store(env, [issue(one, with_pdf=False) for one in drafts(env, posted)]):
        day = einvoice.invoice.invoice_date
        if einvoice.state == "checked" and day is not None:
            einvoice.state = "sent"
            einvoice.recipient = mailbox_of(einvoice.invoice.customer)
            einvoice.sent_at = datetime.combine(day, time(16, 5), tzinfo=UTC)
            einvoice.sendings = 1
    env.flush()
