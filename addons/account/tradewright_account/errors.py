"""Every refusal of the account addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from datetime import date

from tradewright.base import Conflict, DeveloperError, UserError
from tradewright.i18n import _


def empty_invoice() -> UserError:
    """An invoice without lines."""
    return UserError("account.empty-invoice", _("The invoice has no lines: add one first."))


def closed_period(day: date, closed: date) -> Conflict:
    """A date in a closed period."""
    return Conflict(
        "account.closed-period", _("The books are closed up to {closed}: {day} is too early.", day=day, closed=closed)
    )


def nothing_to_invoice(order: str) -> UserError:
    """Invoicing what is invoiced already, or not delivered yet."""
    return UserError("account.nothing-to-invoice", _("There is nothing on {order} to invoice yet.", order=order))


def foreign_currency(document: str) -> UserError:
    """A foreign currency without a rate."""
    return UserError("account.no-rate", _("{document} is in a foreign currency: enter its exchange rate.", document=document))


def no_account(purpose: str) -> DeveloperError:
    """A chart of accounts that misses one that documents need."""
    return DeveloperError(
        "account.no-account",
        "the chart of accounts has no account for this purpose",
        addon="account",
        value=purpose,
        remedy="give one account this purpose",
    )
