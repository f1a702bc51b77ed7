"""Every refusal of the e-invoicing addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from tradewright.base import Conflict, Invalid, UserError
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


def no_access_point(company: str) -> UserError:
    """Sending through a network without a gateway."""
    return UserError(
        "einvoice.no-access-point",
        _("{company} has no active access point: enter one first.", company=company),
    )


def no_endpoint(customer: str) -> UserError:
    """Sending through a network to somebody whom it does not know."""
    return UserError(
        "einvoice.no-endpoint",
        _("{customer} has no electronic address: enter one, or choose another channel.", customer=customer),
    )


def no_drop_root() -> UserError:
    """Dropping files without a folder for them."""
    return UserError(
        "einvoice.no-outgoing-files",
        _("The settings of this site name no folder for outgoing files: whoever runs the server can add it."),
    )


def no_folder(customer: str) -> UserError:
    """Dropping files for a customer without a folder."""
    return UserError("einvoice.no-folder", _("{customer} has no folder for its files: enter one.", customer=customer))


def no_channel(channel: str) -> UserError:
    """A channel of an addon that is gone."""
    return UserError(
        "einvoice.no-channel", _("No enabled addon has the channel {channel}: choose another one.", channel=channel)
    )


def erased(number: str) -> Conflict:
    """A document whose time in the archive is over."""
    return Conflict("einvoice.erased", _("{number} was erased when its time in the archive was over.", number=number))


def kept_longer(name: str) -> Conflict:
    """An erasure that the rules of today forbid."""
    return Conflict("einvoice.kept-longer", _("{name}: these documents have to be kept longer by now.", name=name))


def gone_already(number: str) -> Conflict:
    """A second sending of what goes once."""
    return Conflict(
        "einvoice.gone-already",
        _("{number} has gone out, and goes out only once this way: write a credit note to correct it.", number=number),
    )


def bad_folder(field: str) -> Invalid:
    """A folder that leads elsewhere, or none."""
    text = _("A folder is named by letters, digits, - and _, with up to four levels, such as supplier/inbox.")
    return Invalid("einvoice.folder", text, fields={field: text})


def no_mail_server() -> Invalid:
    """A mailbox without a server."""
    text = _("A mailbox needs a mail server and a user name.")
    return Invalid("einvoice.mail-server", text, fields={"host": text})


def short_token() -> Invalid:
    """A key that can be guessed."""
    text = _("A key has at least 24 signs.")
    return Invalid("einvoice.short-key", text, fields={"token": text})


def choose_supplier(document: str) -> UserError:
    """Drafting a bill of nobody."""
    return UserError("einvoice.no-supplier", _("{document} has no supplier: choose one first.", document=document))


def not_readable(document: str) -> UserError:
    """Drafting a bill of what can't be read."""
    return UserError(
        "einvoice.unreadable",
        _("{document} can't be read as an invoice: reject it, and ask for another one.", document=document),
    )


def key_used() -> Conflict:
    """One key for two documents."""
    return Conflict("einvoice.key-used", _("This key was used for another document: use a new one."))


def no_document() -> Invalid:
    """A document that a page sent along and that did not come back whole."""
    return Invalid("einvoice.no-document", _("The document got lost on the way: choose the file again."))


def not_convertible(reason: str) -> Invalid:
    """A document that the other form can't hold."""
    return Invalid("einvoice.not-convertible", _("The document can't be written in this form: {reason}", reason=reason))


def too_long() -> Invalid:
    """A PDF that a request would render for minutes."""
    return Invalid(
        "einvoice.too-long",
        _("The invoice has too many lines for a PDF on this page: use the command tradewright einvoice convert."),
    )
