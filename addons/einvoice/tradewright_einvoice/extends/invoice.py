"""Invoices with their e-invoices."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, Mapped, ids, one_to_many, operation
from tradewright_account.models.invoice import Invoice

from .. import errors
from ..jobs import build_einvoices
from ..models.einvoice import EInvoice
from ..services.wants import mailbox_of, wanted


class ElectronicInvoice(Invoice, extend=True):
    """An invoice and what of it was issued."""

    einvoices: Mapped[list[EInvoice]] = one_to_many(inverse="invoice", order_by="-edition", label=_("E-invoices"))

    @operation(label=_("Send e-invoice again"), permission="einvoice.user", states=("posted",))
    @classmethod
    def send_again(cls, env: Env, invoices: Sequence[Self]) -> Text:
        """Mail the newest e-invoices once more; what failed or is missing is built again first, by a job."""
        for invoice in invoices:
            if not wanted(invoice.customer):
                raise errors.no_einvoice(invoice.display_name())
        from ..services.archive import newest  # the engine is imported with the first document
        from ..services.send import send

        found = newest(env, ids(invoices))
        sound = [one for one in found.values() if one.state != "failed"]
        for one in sound:
            if mailbox_of(one.invoice.customer) is None:
                raise errors.no_mailbox(one.invoice.customer.account.display_name())
        send(env, sound)
        ready = {one.invoice_id for one in sound}
        missing = [invoice.id for invoice in invoices if invoice.id not in ready]
        if missing:
            env.defer(build_einvoices, invoices=missing, again=True)
            return _("The e-invoice is being built again; its state shows shortly.")
        return _("The e-invoice is on its way.")
