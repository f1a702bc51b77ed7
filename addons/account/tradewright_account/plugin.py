"""What account answers the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import HomeCard, hookimpl
from tradewright.i18n import _

from .services.start import book_taxes

if TYPE_CHECKING:
    from tradewright.orm import Env


@hookimpl
def site_installed(env: Env, addons: Sequence[str]) -> None:
    """Give the taxes of product their accounts."""
    if "account" in addons:
        book_taxes(env)


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show what waits for a bookkeeper."""
    return [
        HomeCard(
            "account.invoice_list", "overdue", _("Overdue invoices"), "danger", "receipt", "residual", sequence=40
        ),
        HomeCard("account.payment_list", "unallocated", _("Payments to allocate"), "", "banknote", sequence=50),
    ]
