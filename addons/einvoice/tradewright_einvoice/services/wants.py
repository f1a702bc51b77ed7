"""What a customer wants of us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from tradewright_base.models.partner import Partner

    from ..extends.partner import RecipientPartner

AUTOMATIC: Final = "auto"
"""The profile of customers who did not say which one they want."""
WITH_BUYER_REFERENCE: Final = frozenset({"xrechnung"})
"""Profiles whose documents are sorted by a reference that only the buyer knows, such as a Leitweg-ID."""


def recipient_of(partner: Partner) -> RecipientPartner:
    """The company account that gets the invoices of a partner."""
    return cast("RecipientPartner", partner.account)


def wanted(partner: Partner) -> bool:
    """Whether the customer gets e-invoices at all."""
    return recipient_of(partner).einvoice_profile != "none"


def by_mail(partner: Partner) -> bool:
    """Whether invoices go to the customer by e-mail."""
    return recipient_of(partner).einvoice_channel == "email"


def mailbox_of(partner: Partner) -> str | None:
    """The mailbox that a customer's invoices go to."""
    recipient = recipient_of(partner)
    return recipient.einvoice_email or recipient.email


def demanding(partner: Partner) -> bool:
    """Whether the customer said what it wants: a profile, or references on its e-invoices. Nothing else is posted."""
    account = recipient_of(partner)
    if account.einvoice_profile == "none":
        return False
    return account.einvoice_profile != AUTOMATIC or names_buyer_reference(account) or account.requires_order_number


def names_buyer_reference(account: RecipientPartner) -> bool:
    """Whether e-invoices to a customer have to name the buyer reference."""
    return account.requires_buyer_reference or account.einvoice_profile in WITH_BUYER_REFERENCE


def missing_references(partner: Partner, *, reference: str | None, buyer_reference: str | None) -> list[str]:
    """The references that a customer demands on its e-invoices and that a document lacks, by the name of the field."""
    account = recipient_of(partner)
    if account.einvoice_profile == "none":
        return []
    missing = []
    if account.requires_order_number and not reference:
        missing.append("reference")
    if names_buyer_reference(account) and not (buyer_reference or account.buyer_reference):
        missing.append("buyer_reference")
    return missing
