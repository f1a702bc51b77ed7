"""The accounts that documents are booked to, and periods that are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tradewright.orm import select

from .. import errors
from ..models.chart import Account, Journal

if TYPE_CHECKING:
    from tradewright.orm import Env

CLOSED = "account.closed_up_to"


@dataclass(frozen=True, slots=True)
class Chart:
    """The default accounts by purpose and the journals by kind."""

    accounts: dict[str, int]
    journals: dict[str, int]

    def account(self, purpose: str) -> int:
        """Return the id of the account for a purpose."""
        if purpose not in self.accounts:
            raise errors.no_account(purpose)
        return self.accounts[purpose]


def chart(env: Env) -> Chart:
    """Read the default accounts and journals, two statements."""
    account, journal = env[Account], env[Journal]
    accounts = env.execute(select(account.purpose, account.id).where(account.purpose.is_not(None)).order_by(account.id.desc()))
    journals = env.execute(select(journal.kind, journal.id).order_by(journal.id.desc()))
    return Chart({row[0]: row[1] for row in accounts}, {row[0]: row[1] for row in journals})


def check_open(env: Env, day: date) -> None:
    """Refuse a date in a closed period; the setting `account.closed_up_to` holds its last day."""
    closed = env.config(CLOSED)
    if closed and day <= date.fromisoformat(closed):
        raise errors.closed_period(day, date.fromisoformat(closed))
