"""Supplier bills that were drafted of received documents."""

from collections.abc import Sequence
from typing import Self

from tradewright.orm import Env
from tradewright_account.models.bill import Bill


class ReceivedBill(Bill, extend=True):
    """A bill that a received document may stand behind."""

    @classmethod
    def cancel(cls, env: Env, records: Sequence[Self]) -> None:
        """A document whose draft is cancelled waits to be drafted again, or to be rejected."""
        super().cancel(env, records)
        from ..services.inbound import deciding  # which imports the models

        deciding.cancelled(env, records)
