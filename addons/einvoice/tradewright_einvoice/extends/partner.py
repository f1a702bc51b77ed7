"""Customers as recipients of e-invoices."""

from tradewright.i18n import _
from tradewright.orm import Mapped, choice, text
from tradewright_base.models.partner import Partner

from ..models.einvoice import PROFILES


class RecipientPartner(Partner, extend=True):
    """A customer with what decides how its invoices reach it."""

    einvoice_profile: Mapped[str] = choice(
        [*PROFILES, ("none", _("No e-invoice"))],
        label=_("E-invoice"),
        default="peppol",
        help=_("Without an address in Peppol the invoice is written by EN 16931 alone."),
    )
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
