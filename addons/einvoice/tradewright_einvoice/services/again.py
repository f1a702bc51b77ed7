"""Sending e-invoices again, when somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.i18n import Text, _
from tradewright.orm import ids, select

from .. import errors
from ..jobs import build_einvoices
from ..models.sending import EInvoiceSending
from .archive import newest
from .outbound import check_ways, dispatch, queue_again
from .wants import wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env
    from tradewright_account.models.invoice import Invoice

    from ..models.einvoice import EInvoice


def send_again(env: Env, invoices: Sequence[Invoice]) -> Text:
    """Send the newest e-invoices once more; what is faulty or missing is built again first, by a job.

    What may have arrived is asked for under its old key. Raises `UserError` where a customer's channel can't be used.
    """
    for invoice in invoices:
        if not wanted(invoice.customer):
            raise errors.no_einvoice(invoice.display_name())
    found = newest(env, ids(invoices))
    sound = [one for one in found.values() if not one.fatal]
    uncertain = _uncertain(env, sound)
    afresh = [one for one in sound if one.id not in uncertain]
    check_ways(env, afresh)
    queue_again(env, list(uncertain.values()))
    dispatch(env, afresh)
    ready = {one.invoice_id for one in sound}
    missing = [invoice.id for invoice in invoices if invoice.id not in ready]
    if missing:
        env.defer(build_einvoices, invoices=missing, again=True)
        return _("The e-invoice is being built again; its state shows shortly.")
    return _("The e-invoice is on its way.")


def _uncertain(env: Env, einvoices: Sequence[EInvoice]) -> dict[int, EInvoiceSending]:
    """The newest sendings that failed without an answer: they may have arrived."""
    model = env[EInvoiceSending]
    rows = env.scalars(select(model).where(model.einvoice_id.in_(ids(einvoices))).order_by(model.ordinal))
    last = {row.einvoice_id: row for row in rows}
    return {number: row for number, row in last.items() if row.state == "failed" and row.staged}
