"""Customers as debtors, suppliers as creditors."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, expression, field, func, many_to_one, money, select, text
from tradewright_base.models.partner import Partner
from tradewright_base.services.tidy import tidy

from ..models.chart import Account, PaymentTerm
from ..models.entry import EntryLine


class DebtorPartner(Partner, extend=True):
    """A partner with payment term and balance: a customer with its credit limit, a supplier with its bank account."""

    payment_term: Mapped[PaymentTerm | None] = many_to_one(label=_("Payment term"))
    payment_term_id: Mapped[int | None]
    credit_limit: Mapped[Decimal | None] = money(
        label=_("Credit limit"), currency="company_currency", at_least=0, help=_("Empty: no limit.")
    )
    credit_hold: Mapped[bool] = field(
        label=_("Credit hold"), default=False, help=_("New orders wait for release, whatever the balance.")
    )
    iban: Mapped[str | None] = text(
        label=_("Bank account"), max_length=34, help=_("The IBAN that bills of this supplier are paid to.")
    )
    owed: Mapped[Decimal] = expression(
        lambda cls, models: (
            select(
                func.coalesce(func.sum(models[EntryLine].credit), 0)
                - func.coalesce(func.sum(models[EntryLine].debit), 0)
            )
            .join(models[Account], models[Account].id == models[EntryLine].account_id)
            .where(models[EntryLine].partner_id == cls.id, models[Account].purpose == "payable")
            .correlate_except(models[EntryLine], models[Account])
        ),
        label=_("Owed to the supplier"),
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

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Write bank accounts in one form; refuse mistyped ones."""
        super().before_save(env, records)
        for partner in records:
            tidy(partner, "iban")
