"""Every refusal of the e-invoicing addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from tradewright.base import Conflict, UserError
from tradewright.i18n import _


def not_issued(invoice: str) -> Conflict:
    """A document of a draft."""
    return Conflict("einvoice.not-issued", _("{invoice} is not posted yet: post it first.", invoice=invoice))


def no_mailbox(customer: str) -> UserError:
    """Sending to a customer without an address."""
    return UserError(
        "einvoice.no-mailbox",
        _("{customer} has no e-mail address for invoices: enter one first.", customer=customer),
    )


def no_einvoice(invoice: str) -> Conflict:
    """A customer that wants no e-invoices."""
    return Conflict(
        "einvoice.not-wanted",
        _("The customer of {invoice} gets no e-invoices: change that on the customer first.", invoice=invoice),
    )


def not_writable(invoice: str, reason: str) -> Conflict:
    """A document that XML can't carry."""
    return Conflict(
        "einvoice.not-writable",
        _("{invoice} can't be written as an e-invoice: {reason}", invoice=invoice, reason=reason),
    )
