"""Customers as debtors."""

from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import Mapped, expression, field, func, many_to_one, money, select
from tradewright_base.models.partner import Partner

from ..models.chart import Account, PaymentTerm
from ..models.entry import EntryLine


class DebtorPartner(Partner, extend=True):
    """A customer with payment term, credit limit and balance."""

    payment_term: Mapped[PaymentTerm | None] = many_to_one(label=_("Payment term"))
    payment_term_id: Mapped[int | None]
    credit_limit: Mapped[Decimal | None] = money(
        label=_("Credit limit"), currency="company_currency", at_least=0, help=_("Empty: no limit.")
    )
    credit_hold: Mapped[bool] = field(
        label=_("Credit hold"), default=False, help=_("New orders wait for release, whatever the balance.")
    )
    balance: Mapped[Decimal] = expression(
        lambda cls, models: (
            select(
                func.coalesce(func.sum(models[EntryLine].debit), 0)
                - func.coalesce(func.sum(models[EntryLine].credit), 0)
            )
            .join(models[Account], models[Account].id == models[EntryLine].account_id)
            .where(models[EntryLine].partner_id == cls.id, models[Account].purpose == "receivable")
            .correlate_except(models[EntryLine], models[Account])
        ),
        label=_("Balance"),
    )
