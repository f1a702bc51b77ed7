"""Every refusal of the account addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Conflict, DeveloperError, UserError
from tradewright.i18n import _

if TYPE_CHECKING:
    from tradewright.i18n import Text


def empty_invoice() -> UserError:
    """An invoice without lines."""
    return UserError("account.empty-invoice", _("The invoice has no lines: add one first."))


def incomplete_line(line: str, what: Text) -> UserError:
    """A line without price or tax, and without a product that has them."""
    return UserError("account.incomplete-line", _("The line “{line}” misses this: {what}.", line=line, what=what))


def closed_period(day: str, closed: str) -> Conflict:
    """A date in a closed period."""
    return Conflict(
        "account.closed-period", _("The books are closed up to {closed}: {day} is too early.", day=day, closed=closed)
    )


def nothing_to_invoice(order: str) -> UserError:
    """Invoicing what is invoiced already, or not delivered yet."""
    return UserError("account.nothing-to-invoice", _("There is nothing on {order} to invoice yet.", order=order))


def foreign_currency(document: str) -> UserError:
    """A foreign currency without a rate."""
    return UserError(
        "account.no-rate", _("{document} is in a foreign currency: enter its exchange rate.", document=document)
    )


def from_order(order: str) -> Conflict:
    """Another quantity on a draft than its order says."""
    return Conflict(
        "account.from-order",
        _("The quantities come from {order}: cancel this draft, change the order and invoice it again.", order=order),
    )


def invoiced_already(order: str) -> Conflict:
    """Cancelling what is invoiced."""
    return Conflict(
        "account.invoiced",
        _("Parts of {order} are invoiced: cancel the draft, or close the order and write a credit note.", order=order),
    )


def credit_of_credit(document: str) -> UserError:
    """A credit note for a credit note."""
    return UserError(
        "account.credit-of-credit", _("{document} is a credit note: only invoices are credited.", document=document)
    )


def credited_already(document: str, left: str = "") -> Conflict:
    """Giving back more than was invoiced; `left` is the amount that may still be, if there is one."""
    if not left:
        return Conflict("account.credited", _("{document} is credited in full already.", document=document))
    return Conflict(
        "account.credited",
        _("Only {left} of {document} is left to credit: cut the credit note down.", document=document, left=left),
    )


def unbalanced(debit: str, credit: str) -> UserError:
    """An entry whose sides differ, or that books nothing."""
    return UserError(
        "account.unbalanced",
        _(
            "Debit is {debit} and credit is {credit}: both sides of an entry are equal and not 0.",
            debit=debit,
            credit=credit,
        ),
    )


def kept(document: str) -> Conflict:
    """Adding to a posted document."""
    return Conflict(
        "account.kept", _("{document} is posted and stays as it is: correct it by a new document.", document=document)
    )


def reversed_already(entry: str) -> Conflict:
    """Reversing twice."""
    return Conflict("account.reversed", _("{entry} is reversed already.", entry=entry))


def belongs_to_document(entry: str) -> Conflict:
    """Reversing the entry of an invoice or payment by itself."""
    return Conflict(
        "account.of-document",
        _(
            "{entry} belongs to an invoice or a payment: correct that document, by a credit note for an invoice.",
            entry=entry,
        ),
    )


def billed_already(number: str, document: str) -> Conflict:
    """A bill of a supplier that is there already."""
    return Conflict(
        "account.billed",
        _("The supplier's bill {number} is there already as {document}.", number=number, document=document),
    )


def bill_without_number(document: str) -> UserError:
    """A bill that lacks what tells it apart."""
    return UserError(
        "account.bill-number",
        _("{document} needs the supplier's number and date: enter them before posting.", document=document),
    )


def negative_bill(document: str) -> UserError:
    """A bill of less than nothing."""
    return UserError(
        "account.negative-bill",
        _("{document} totals less than 0: make it a credit note with the opposite signs.", document=document),
    )


def tax_too_far(stated: str, computed: str) -> UserError:
    """A stated tax that is no matter of rounding."""
    return UserError(
        "account.stated-tax",
        _(
            "The stated tax of {stated} differs too much from the computed {computed}: correct the lines instead.",
            stated=stated,
            computed=computed,
        ),
    )


def paid_too_much(document: str, left: str) -> Conflict:
    """Paying more of a bill than is open."""
    return Conflict(
        "account.paid-too-much",
        _("Of {document} {left} is open: enter at most that, in whole units.", document=document, left=left),
    )


def paid_already(document: str) -> Conflict:
    """Paying what is paid."""
    return Conflict("account.paid", _("{document} is paid already.", document=document))


def no_account(purpose: str) -> DeveloperError:
    """A chart of accounts that misses one that documents need."""
    return DeveloperError(
        "account.no-account",
        "the chart of accounts has no account for this purpose",
        addon="account",
        value=purpose,
        remedy="give one account this purpose",
    )
