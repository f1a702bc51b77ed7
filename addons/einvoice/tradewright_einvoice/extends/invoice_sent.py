"""Invoices that tell their documents when they are paid."""

from collections.abc import Sequence
from typing import Self

from tradewright.orm import Env
from tradewright_account.models.invoice import Invoice

from ..jobs import note_paid


class SettledInvoice(Invoice, extend=True):
    """An invoice whose settling is news for its e-invoice."""

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Note, by one job for all, that invoices were paid just now."""
        super().before_save(env, records)
        paid = [
            one.id
            for one in records
            if one.state == "posted" and one.payment_state == "paid" and env.changed(one, "payment_state")
        ]
        if paid:
            env.defer(note_paid, invoices=paid)
