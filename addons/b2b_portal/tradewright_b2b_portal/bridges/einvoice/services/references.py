"""References that a customer demands on its e-invoices, as the portal asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tradewright.i18n import _
from tradewright.orm import select
from tradewright_base.models.partner import Partner
from tradewright_einvoice.services.wants import WITH_BUYER_REFERENCE

from ....hooks import AskedReference

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_einvoice.extends.partner import RecipientPartner


def asked(env: Env, customer_id: int) -> list[AskedReference]:
    """What orders of a customer must name; the buyer reference is filled in where it is always the same."""
    partner = cast("type[RecipientPartner]", env[Partner])
    with env.elevate("what the customer's e-invoices have to name"):
        row = env.execute(
            select(
                partner.einvoice_profile,
                partner.buyer_reference,
                partner.requires_buyer_reference,
                partner.requires_order_number,
            ).where(partner.id == customer_id)
        ).first()
    if row is None or row.einvoice_profile == "none":
        return []
    found = []
    if row.requires_order_number:
        found.append(AskedReference("reference", _("Your company wants its order number on each invoice: enter it.")))
    if row.requires_buyer_reference or row.einvoice_profile in WITH_BUYER_REFERENCE:
        text = _("Your invoice is sorted by it, as by a Leitweg-ID: enter the one of your department.")
        found.append(AskedReference("buyer_reference", text, row.buyer_reference or ""))
    return found
