"""Tickets that customers open again."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, operation

from ....models.ticket import Ticket


class PortalTicket(Ticket, extend=True):
    """A ticket as a buyer treats it."""

    @operation(label=_("Open again"), permission="b2b_portal.buyer", states=("solved", "closed"))
    @classmethod
    def open_again(cls, env: Env, tickets: Sequence[Self]) -> None:
        """Open tickets that were not solved after all."""
        cls.reopen(env, tickets)
