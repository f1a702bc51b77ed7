"""Which files of invoices can be downloaded, and which references orders must name for their e-invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from ...hooks import AskedReference, DocumentFile
from .services.references import asked

if TYPE_CHECKING:
    from tradewright.orm import Env


_MESSAGES = {
    "sale.Order": ("UBL", "/portal/orders/{uid}/response.xml"),
    "stock.Shipment": ("UBL", "/portal/shipments/{uid}/despatch-advice.xml"),
}


@hookimpl
def document_files(env: Env, model: str, uids: Mapping[int, str]) -> list[DocumentFile]:  # noqa: ARG001  # each has them
    """PDF and XML of each invoice: from the archive, or made when they are asked for. So are answers and advices."""
    if model in _MESSAGES:
        label, address = _MESSAGES[model]
        return [DocumentFile(number, label, address.format(uid=uid)) for number, uid in uids.items()]
    if model != "account.Invoice":
        return []
    return [
        DocumentFile(number, ending.upper(), f"/portal/invoices/{uid}.{ending}")
        for number, uid in uids.items()
        for ending in ("pdf", "xml")
    ]


@hookimpl
def references_asked(env: Env, customer_id: int) -> list[AskedReference]:
    """Ask for what the customer's e-invoices have to name."""
    return asked(env, customer_id)
