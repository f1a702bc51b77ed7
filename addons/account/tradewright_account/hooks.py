"""The hooks that the account addon offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

    from .models.bill import Bill
    from .models.invoice import Invoice
    from .models.payment import Payment


@hookspec
def invoices_posted(env: Env, invoices: Sequence[Invoice]) -> None:
    """React to posted invoices and credit notes.

    When: at the end of `Invoice.post`, in its transaction; entries are booked, numbers come at commit.
    Parameters: `env`, the unit of work, elevated; `invoices`, those that are posted now.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def payments_posted(env: Env, payments: Sequence[Payment]) -> None:
    """React to posted payments.

    When: at the end of `Payment.post`, in its transaction, after allocation.
    Parameters: `env`, the unit of work, elevated; `payments`, those that are posted now.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def balance_over_limit(env: Env, partners: Sequence[Partner]) -> None:
    """React to customers whose balance went over their credit limit.

    When: when posting invoices or an order on hold shows it, in that transaction, once for each crossing.
    Parameters: `env`, the unit of work, elevated; `partners`, the customers concerned.
    Return: nothing.
    Order: dependency order.
    Since: 0.1
    """


@hookspec
def bills_posted(env: Env, bills: Sequence[Bill]) -> None:
    """React to posted bills and credit notes of suppliers.

    When: at the end of `Bill.post`, in its transaction; entries are booked, numbers come at commit.
    Parameters: `env`, the unit of work, elevated; `bills`, those concerned.
    Return: nothing.
    Order: dependency order.
    Since: 1.0
    """


@hookspec
def bills_rejected(env: Env, bills: Sequence[Bill]) -> None:
    """React to bills of suppliers that we refuse to pay.

    When: at the end of `Bill.reject`, in its transaction; `Bill.reason` says why.
    Parameters: `env`, the unit of work, elevated; `bills`, those concerned.
    Return: nothing.
    Order: dependency order.
    Since: 1.0
    """


@hookspec
def bills_paid(env: Env, bills: Sequence[Bill]) -> None:
    """React to bills of suppliers of which nothing is open any more.

    When: at the end of `Bill.pay`, and of `Bill.post` for bills that a credit note settles, in that transaction.
    Parameters: `env`, the unit of work, elevated; `bills`, those concerned.
    Return: nothing.
    Order: dependency order.
    Since: 1.0
    """
