"""Every refusal of the helpdesk addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from tradewright.base import Invalid
from tradewright.i18n import _


def empty_message() -> Invalid:
    """A message without words."""
    text = _("The message is empty: write what it is about.")
    return Invalid("helpdesk.empty-message", text, fields={"body": text})
