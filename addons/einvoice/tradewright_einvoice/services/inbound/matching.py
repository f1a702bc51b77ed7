"""Whose document it is: by electronic address, VAT number, registration, bank account and name, in this order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tradewright.orm import func, or_, select
from tradewright_account.extends.partner import DebtorPartner
from tradewright_base.models.partner import Partner
from tradewright_base.services.identifiers import normalise_iban
from tradewright_base.services.vat import normalise_vat

from ...extends.partner import RecipientPartner
from .. import endpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from ...engine import Invoice

MOST = 100


@dataclass(frozen=True, slots=True)
class Match:
    """The partners who may be the sender; `by_name` where nothing but the name speaks for it."""

    candidates: tuple[Partner, ...] = ()
    by_name: bool = False

    @property
    def supplier(self) -> Partner | None:
        """The sender, where there is no doubt."""
        return self.candidates[0] if len(self.candidates) == 1 else None


def identity(invoice: Invoice) -> str:
    """What a document is told apart by: its sender, its number without blanks, its date and whether it is a credit."""
    seller = invoice.seller
    sender = normalise_vat(seller.vat_id or "")
    if not sender and seller.endpoint is not None:
        sender = f"{seller.endpoint.scheme}:{seller.endpoint.value}".casefold()
    if not sender and seller.registration is not None:
        sender = seller.registration.value.casefold()
    sender = sender or _plain(seller.name)
    number = "".join(invoice.number.split()).casefold()
    return f"{sender} {number} {invoice.issue_date.isoformat()} {invoice.is_credit_note}"


def accounts_of(invoice: Invoice) -> list[str]:
    """The bank accounts that a document wants the money on."""
    return [normalise_iban(one.id) for one in invoice.payment.accounts] if invoice.payment is not None else []


def match(env: Env, invoice: Invoice) -> Match:
    """Find the sender among the partners; one statement. What several partners share leaves it to the next feature."""
    seller = invoice.seller
    vat, accounts = normalise_vat(seller.vat_id or ""), accounts_of(invoice)
    partner = env[Partner]
    recipient, debtor = cast("type[RecipientPartner]", partner), cast("type[DebtorPartner]", partner)
    wanted = [func.lower(partner.name) == seller.name.strip().lower()]
    if seller.endpoint is not None:
        wanted.append(recipient.endpoint_id == seller.endpoint.value)
    if vat:
        wanted.append(partner.vat == vat)
    if seller.registration is not None:
        wanted.append(partner.registration == seller.registration.value)
    if accounts:
        wanted.append(debtor.iban.in_(accounts))
    found = env.all(
        select(partner)
        .where(partner.kind == "company", partner.parent_id.is_(None), partner.active.is_(True), or_(*wanted))
        .order_by(partner.id)
        .limit(MOST)
    )
    tests = (
        lambda one: _endpoint(one, invoice),
        lambda one: bool(vat) and one.vat == vat,
        lambda one: seller.registration is not None and one.registration == seller.registration.value,
        lambda one: cast("DebtorPartner", one).iban in accounts,
    )
    left: Sequence[Partner] = found
    known = False
    for test in tests:
        fitting = [one for one in left if test(one)]
        if fitting:
            left, known = fitting, True
        if known and len(left) == 1:
            return Match((left[0],))
    if known:
        return Match(tuple(left))
    named = [one for one in found if _plain(one.name) == _plain(seller.name)]
    return Match(tuple(named), by_name=True)


def _endpoint(partner: Partner, invoice: Invoice) -> bool:
    given = invoice.seller.endpoint
    found = endpoints.of_partner(partner) if given is not None else None
    if given is None or found is None or found.scheme == endpoints.MAIL:
        return False
    return (found.scheme, found.value.casefold()) == (given.scheme, given.value.casefold())


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()
