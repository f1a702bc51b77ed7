"""The accounts that documents are booked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewright.orm import select

from .. import errors
from ..models.chart import Account, Journal

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ..models.bill import Bill
    from ..models.invoice import Invoice
    from ..models.payment import Payment


@dataclass(frozen=True, slots=True)
class Chart:
    """The default accounts by purpose, the journals by kind, and how many digits the company's currency has."""

    accounts: dict[str, int]
    journals: dict[str, Journal]
    digits: int

    def account(self, purpose: str) -> int:
        """Return the id of the account for a purpose."""
        if purpose not in self.accounts:
            raise errors.no_account(purpose)
        return self.accounts[purpose]


def chart(env: Env) -> Chart:
    """Read the default accounts and journals, two statements; and the company's currency where it is not known yet."""
    account, journal = env[Account], env[Journal]
    purposes = select(account.purpose, account.id).where(account.purpose.is_not(None)).order_by(account.id.desc())
    journals = env.scalars(select(journal).order_by(journal.id.desc()))
    digits = env.company.currency.digits
    return Chart({row[0] or "": row[1] for row in env.execute(purposes)}, {one.kind: one for one in journals}, digits)


def check_rate(env: Env, document: Invoice | Bill | Payment) -> None:
    """Refuse a document in a foreign currency that says no exchange rate."""
    if document.currency_rate == 1 and document.currency_id != env.company.currency_id:
        raise errors.foreign_currency(document.display_name())
