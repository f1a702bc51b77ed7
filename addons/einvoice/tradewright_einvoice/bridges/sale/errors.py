"""Every refusal of electronic orders that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from tradewright.base import Conflict, Invalid, UserError
from tradewright.i18n import Text, _


def _of_file(code: str, text: Text) -> Invalid:
    return Invalid(code, text, fields={"file": text})


def unreadable(reason: str) -> Invalid:
    """A file that is no order."""
    return _of_file("einvoice.order-unreadable", _("This file can't be read as an order: {reason}", reason=reason))


def no_order() -> Invalid:
    """A message of another kind."""
    return _of_file(
        "einvoice.not-an-order", _("This is no order, but another document: upload an order in UBL (Peppol T01).")
    )


def no_number() -> Invalid:
    """An order without a number, or with one that is none."""
    return _of_file("einvoice.order-number", _("The order needs a number of at most 80 characters."))


def too_long(most: int) -> Invalid:
    """An order with too many lines."""
    return _of_file("einvoice.order-long", _("The order has too many lines: at most {most} are read.", most=most))


def unknown_buyer(name: str) -> Invalid:
    """An order of somebody who is no customer."""
    return _of_file(
        "einvoice.unknown-buyer",
        _("No customer has the electronic address, VAT number or name of {name}: enter it at the customer.", name=name),
    )


def somebody_else() -> Invalid:
    """An order that names another buyer than the one who uploads it."""
    return _of_file(
        "einvoice.other-buyer", _("This order names another buyer than your company: upload one of your own.")
    )


def ordered_already(number: str, order: str) -> Conflict:
    """An order that is there."""
    return Conflict(
        "einvoice.ordered-already", _("{number} was received before: it is {order}.", number=number, order=order)
    )


def nothing_known(articles: str) -> Invalid:
    """An order of which no line can be sold."""
    return _of_file(
        "einvoice.no-known-article",
        _("None of the articles is sold here: {articles}. Correct them.", articles=articles),
    )


def not_answered(order: str) -> UserError:
    """An answer to an order that is still being written."""
    return UserError("einvoice.not-answered", _("{order} is not placed yet: there is nothing to answer.", order=order))
