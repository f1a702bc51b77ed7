"""Customers as recipients of e-invoices."""

from collections.abc import Sequence
from typing import Self

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.orm import Env, Mapped, choice, field, text
from tradewright_base.errors import EMAIL
from tradewright_base.models.partner import Partner
from tradewright_base.services.identifiers import is_valid_email, normalise_email

from ..models.einvoice import PROFILES
from ..services.check_address import check_address
from ..services.wants import AUTOMATIC


class RecipientPartner(Partner, extend=True):
    """A customer with what decides how its invoices reach it."""

    einvoice_profile: Mapped[str] = choice(
        [(AUTOMATIC, _("Automatic")), *PROFILES, ("none", _("No e-invoice"))],
        label=_("E-invoice"),
        default=AUTOMATIC,
        help=_("Automatic: Peppol where the customer has an address there, else EN 16931. What is chosen is demanded."),
    )
    buyer_reference: Mapped[str | None] = text(
        label=_("Buyer reference"),
        max_length=80,
        help=_("One for all orders, such as a Leitweg-ID. It counts where an order names none."),
    )
    requires_buyer_reference: Mapped[bool] = field(
        label=_("Buyer reference required"), default=False, help=_("XRechnung requires one anyway.")
    )
    requires_order_number: Mapped[bool] = field(label=_("Order number required"), default=False)
    einvoice_channel: Mapped[str] = choice(
        [("email", _("By e-mail")), ("portal", _("In the portal"))], label=_("Invoices arrive"), default="email"
    )
    einvoice_email: Mapped[str | None] = text(
        label=_("E-mail for invoices"), help=_("Empty: the e-mail address of the customer.")
    )
    endpoint_scheme: Mapped[str | None] = text(
        label=_("Scheme of the electronic address"), max_length=4, help=_("From the EAS code list.")
    )
    endpoint_id: Mapped[str | None] = text(
        label=_("Electronic address"), max_length=80, help=_("Empty: found by the VAT number.")
    )

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse addresses that are none, electronic ones and mailboxes."""
        super().before_save(env, records)
        check_address(one for one in records if env.changed(one, "endpoint_scheme", "endpoint_id"))
        for one in records:
            given = one.einvoice_email
            if given is not None and env.changed(one, "einvoice_email"):
                address = normalise_email(given)
                if address and not is_valid_email(address):
                    raise Invalid("einvoice.email", EMAIL, fields={"einvoice_email": EMAIL})
                one.einvoice_email = address or None
