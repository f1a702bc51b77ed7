"""Parties of the messages around an invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine import Contact, Identifier
from ..engine.postaward import TradeParty
from . import endpoints
from .parties import address_of

if TYPE_CHECKING:
    from tradewright_base.models.company import Company
    from tradewright_base.models.partner import Partner


def seller_party(company: Company) -> TradeParty:
    """Our company."""
    return TradeParty(
        name=company.legal_name or company.name,
        endpoint=endpoints.of_company(company),
        address=address_of(company) if company.country else None,
        contact=Contact(name=company.name, phone=company.phone, email=company.email),
    )


def buyer_party(customer: Partner) -> TradeParty:
    """A customer."""
    account = customer.account
    return TradeParty(
        name=account.name,
        endpoint=endpoints.of_partner(account),
        identifiers=(Identifier(account.reference),) if account.reference else (),
        address=address_of(account) if account.country else None,
    )
