"""The company as the sender of e-invoices."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, text
from tradewright_base.models.company import Company

from ..services.check_address import check_address


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

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse electronic addresses that are none."""
        super().before_save(env, records)
        check_address(one for one in records if env.changed(one, "endpoint_scheme", "endpoint_id"))
