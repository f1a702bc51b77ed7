"""The hooks that the e-invoicing addon offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .services.channels.base import Channel


@hookspec
def einvoice_channels(env: Env) -> Sequence[Channel]:
    """Offer further ways by which e-invoices leave.

    When: e-invoices are about to be sent, and when one that goes outside is on its way.
    Parameters: `env`, the unit of work.
    Return: channels; the addon adds their codes to the choices of `einvoice_channel` of `base.Partner`. One with the
        code of ours takes its place.
    Order: dependency order; the last one of a code counts.
    Since: 1.0
    """
    raise NotImplementedError
