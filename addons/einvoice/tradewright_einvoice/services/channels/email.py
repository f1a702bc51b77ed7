"""By e-mail: stored with the transaction, delivered by the core's outbox, which sends one key once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright_base.services.identifiers import is_valid_email

from ... import errors
from ..wants import mailbox_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewright.base import UserError
    from tradewright.orm import Env

    from ...models.einvoice import EInvoice
    from ...models.sending import EInvoiceSending


class MailChannel:
    """A mail with PDF and XML to the customer's mailbox for invoices, in the customer's language."""

    code = "email"
    once = False

    def refusals(self, env: Env, einvoices: Sequence[EInvoice]) -> Mapping[int, UserError]:  # noqa: ARG002  # the protocol's
        """Refuse customers without a mailbox."""
        customers = {one.id: one.invoice.customer for one in einvoices}
        return {
            number: errors.no_mailbox(customer.account.display_name())
            for number, customer in customers.items()
            if not is_valid_email(mailbox_of(customer) or "")
        }

    def address(self, env: Env, einvoice: EInvoice) -> str:  # noqa: ARG002  # the protocol's
        """Return the mailbox."""
        return mailbox_of(einvoice.invoice.customer) or ""

    def hand_over(self, env: Env, sendings: Sequence[EInvoiceSending]) -> None:
        """Store the mails."""
        from ..send import mail

        for sending in sendings:
            try:
                mail(env, sending.einvoice, sending.recipient, f"einvoice:{sending.key}")
            except Invalid as refusal:
                sending.state, sending.error = "failed", env.t(refusal.text)
