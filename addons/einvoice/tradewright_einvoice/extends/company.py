"""The company as the sender of e-invoices."""

from tradewright.i18n import _
from tradewright.orm import Mapped, text
from tradewright_base.models.company import Company


class SenderCompany(Company, extend=True):
    """A company with an electronic address; without one of its own it is found by its VAT number."""

    endpoint_scheme: Mapped[str | None] = text(
        label=_("Scheme of the electronic address"),
        max_length=4,
        help=_("From the EAS code list, such as 9930 for a German VAT number or 0204 for a Leitweg-ID."),
    )
    endpoint_id: Mapped[str | None] = text(
        label=_("Electronic address"), max_length=80, help=_("Empty: the VAT number of the company.")
    )
