"""The meanings of statuses as messages, so that they are translated; a test compares them with the table."""

from __future__ import annotations

from tradewright.i18n import Text, _

MEANINGS: tuple[Text, ...] = (
    _("Received, says the customer"),
    _("In process, says the customer"),
    _("Under query, says the customer"),
    _("Accepted under conditions"),
    _("Rejected by the customer"),
    _("Accepted by the customer"),
    _("Paid, says the customer"),
    _("Submitted"),
    _("Issued by the platform"),
    _("Received by the platform"),
    _("Made available"),
    _("Taken in hand"),
    _("Approved"),
    _("Partly approved"),
    _("In dispute"),
    _("Suspended"),
    _("Completed"),
    _("Refused"),
    _("Payment on its way"),
    _("Cashed"),
    _("Rejected by the platform"),
)
