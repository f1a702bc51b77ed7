"""On what terms a customer buys: price list, currency and taxes of its account, found once for all lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import errors
from ..extends.partner import PricedPartner
from .tax import NO_MAP, TaxMap, tax_map

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.currency import Currency
    from tradewright_base.models.partner import Partner


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one customer, or of everybody (`account_id` None)."""

    account_id: int | None
    price_list_id: int | None
    currency: Currency
    rate: Decimal
    taxes: TaxMap


def terms_of(env: Env, customer: Partner | None) -> Terms:
    """The terms of a customer's company account; None gives those of the list prices."""
    company = env.company
    if company is None:
        raise errors.no_company()
    if customer is None:
        return Terms(None, None, company.currency, Decimal(1), NO_MAP)
    account = env.one(PricedPartner, customer.account.id)
    prices = account.price_list if account.price_list and account.price_list.active else None
    return Terms(
        account_id=account.id,
        price_list_id=prices.id if prices else None,
        currency=prices.currency if prices else company.currency,
        rate=prices.rate if prices else Decimal(1),
        taxes=tax_map(env, account),
    )
