"""Which files of invoices can be downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl
from tradewright.orm import select
from tradewright_account.models.invoice import Invoice

from ...hooks import DocumentFile

if TYPE_CHECKING:
    from tradewright.orm import Env


@hookimpl
def document_files(env: Env, model: str, record_ids: Sequence[int]) -> list[DocumentFile]:
    """PDF and XML of each invoice: from the archive, or made when they are asked for."""
    if model != "account.Invoice":
        return []
    invoice = env[Invoice]
    rows = env.execute(select(invoice.id, invoice.uid).where(invoice.id.in_(record_ids)))
    return [
        DocumentFile(row.id, ending.upper(), f"/portal/invoices/{row.uid}.{ending}")
        for row in rows
        for ending in ("pdf", "xml")
    ]
