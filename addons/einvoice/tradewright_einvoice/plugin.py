"""What einvoice answers other addons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl
from tradewright.orm import ids

from .jobs import build_einvoices

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.models.invoice import Invoice


@hookimpl
def invoices_posted(env: Env, invoices: Sequence[Invoice]) -> None:
    """Queue one job for all invoices of the transaction; all the work is done after it, when the numbers are there."""
    env.defer(build_einvoices, invoices=ids(invoices))
