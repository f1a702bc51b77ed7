"""Invoices with their e-invoices."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, Mapped, one_to_many, operation
from tradewright_account.models.invoice import Invoice

from ..models.einvoice import EInvoice
from ..services.wants import demanding


class ElectronicInvoice(Invoice, extend=True):
    """An invoice and what of it was issued."""

    einvoices: Mapped[list[EInvoice]] = one_to_many(inverse="invoice", order_by="-edition", label=_("E-invoices"))

    @classmethod
    def post(cls, env: Env, invoices: Sequence[Self]) -> None:
        """Post no invoice that would break the rules of the profile that its customer wants."""
        if any(demanding(invoice.customer) for invoice in invoices):
            from ..services.drafts import require_sound  # the engine is imported with the first document

            require_sound(env, invoices)
        super().post(env, invoices)

    @operation(label=_("Send e-invoice again"), permission="einvoice.user", states=("posted",))
    @classmethod
    def send_again(cls, env: Env, invoices: Sequence[Self]) -> Text:
        """Send the newest e-invoices once more; what is faulty or missing is built again first, by a job."""
        from ..services.again import send_again  # the engine is imported with the first document

        return send_again(env, invoices)
