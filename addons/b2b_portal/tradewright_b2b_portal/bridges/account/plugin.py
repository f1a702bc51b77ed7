"""What accounting answers the portal, and what the portal tells of invoices and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl
from tradewright.i18n import _

from ...hooks import Entry, Event
from . import jobs
from .services import invoices as invoices_of

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.models.invoice import Invoice
    from tradewright_base.models.partner import Partner


@hookimpl
def order_events(env: Env, order_id: int) -> list[Event]:
    """The invoices of an order."""
    return invoices_of.events(env, order_id)


@hookimpl
def invoices_posted(env: Env, invoices: Sequence[Invoice]) -> None:
    """Tell the buyers."""
    env.defer(jobs.tell_invoiced, invoice_ids=[invoice.id for invoice in invoices])


@hookimpl
def balance_over_limit(env: Env, partners: Sequence[Partner]) -> None:
    """Tell the buyers that the limit is reached."""
    env.defer(jobs.tell_over_limit, customer_ids=[partner.id for partner in partners], event=env.request_id)


@hookimpl
def navigation_entries(env: Env) -> list[Entry]:  # noqa: ARG001  # the same for every buyer
    """Lead to the invoices and the balance."""
    return [
        Entry(50, "/portal/invoices", _("Invoices"), "receipt"),
        Entry(60, "/portal/account", _("Account"), "wallet"),
    ]
