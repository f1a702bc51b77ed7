"""What a customer wants of us."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tradewright_base.models.partner import Partner

    from ..extends.partner import RecipientPartner


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
