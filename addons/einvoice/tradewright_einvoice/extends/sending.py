"""Sendings that are queued: a job carries each of them."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, operation

from ..jobs import carry_einvoice
from ..models.sending import EInvoiceSending
from ..services.channels import OutsideChannel, channels
from ..services.outbound import queue_again


class CarriedSending(EInvoiceSending, extend=True):
    """A sending that goes out by a job as soon as it is committed as queued."""

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Let a job carry what was queued just now, where its channel goes outside."""
        super().before_save(env, records)
        queued = [one for one in records if one.state == "queued" and env.changed(one, "queued_at")]
        known = channels(env) if queued else {}
        for one in queued:
            if isinstance(known.get(one.channel), OutsideChannel):
                env.defer(carry_einvoice, sending=one.key)

    @operation(label=_("Try again"), permission="einvoice.user", states=("failed", "queued", "sending"), primary=True)
    @classmethod
    def try_again(cls, env: Env, sendings: Sequence[Self]) -> None:
        """Queue sendings again that failed or got lost, under their keys: what arrived after all is not sent twice."""
        queue_again(env, sendings)
