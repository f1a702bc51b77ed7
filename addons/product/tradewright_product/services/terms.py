"""On what terms a customer buys: price list, currency and taxes of its account, found once for all lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import aliased, and_, func, select
from tradewright_base.models.company import Company
from tradewright_base.models.country import Country
from tradewright_base.models.currency import Currency

from .. import errors
from ..extends.partner import PricedPartner
from ..models.pricing import PriceList
from .tax import NO_MAP, TaxMap, tax_map, tax_scope

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one customer, or of everybody (`account_id` None).

    `currency_id` is the currency of all its prices, `digits` are that currency's, `rate` converts list prices into it.
    """

    account_id: int | None
    price_list_id: int | None
    currency_id: int
    digits: int
    rate: Decimal
    taxes: TaxMap


def terms_of(env: Env, customer: Partner | None) -> Terms:
    """The terms of a customer's company account, by two statements; None gives those of the list prices.

    An inactive price list counts as none. Needs elevated rights or a reader of price lists and taxes.
    """
    if env.company_id is None:
        raise errors.no_company()
    if customer is None:
        company, currency = env[Company], env[Currency]
        found = env.execute(
            select(currency.id, currency.digits)
            .join(company, company.currency_id == currency.id)
            .where(company.id == env.company_id)
        ).one()
        return Terms(None, None, found.id, found.digits, Decimal(1), NO_MAP)
    return _of_account(env, customer.account.id)


def _of_account(env: Env, account_id: int) -> Terms:
    account, prices, currency, company = env[PricedPartner], env[PriceList], env[Currency], env[Company]
    abroad, home = aliased(env[Country]), aliased(env[Country])
    row = env.execute(
        select(
            prices.id.label("price_list_id"),
            prices.rate,
            currency.id.label("currency_id"),
            currency.digits,
            account.tax_position_id,
            account.vat,
            abroad.code.label("country"),
            abroad.eu,
            home.code.label("home"),
            home.eu.label("home_eu"),
        )
        .select_from(account)
        .join(company, company.id == env.company_id)
        .outerjoin(prices, and_(prices.id == account.price_list_id, prices.active.is_(True)))
        .join(currency, currency.id == func.coalesce(prices.currency_id, company.currency_id))
        .outerjoin(abroad, abroad.id == account.country_id)
        .outerjoin(home, home.id == company.country_id)
        .where(account.id == account_id)
    ).one()
    scope = tax_scope(row.country, row.home, eu=bool(row.eu), home_eu=bool(row.home_eu), vat=row.vat)
    return Terms(
        account_id=account_id,
        price_list_id=row.price_list_id,
        currency_id=row.currency_id,
        digits=row.digits,
        rate=Decimal(1) if row.rate is None else row.rate,
        taxes=tax_map(env, row.tax_position_id, scope),
    )
